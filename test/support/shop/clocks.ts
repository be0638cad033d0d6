/** Clocks that tests move. */
import { expect } from 'vitest';
import type { Clock } from '../../../src/values/clock.ts';
import type { TestBrim } from '../brim.ts';

/** Moves the time on, where it can be moved. @returns the time that it is then. */
export async function advanceClock({ data }: Pick<TestBrim, 'data'>, input: Record<string, unknown>): Promise<string> {
  const { advanceClock: payload } = await data(
    'mutation ($input: AdvanceClockInput!) { advanceClock(input: $input) { ... on AdvanceClockSuccess { now } ... on Error { message } } }',
    { input },
  );
  expect(payload).toEqual({ now: expect.any(String) });
  return payload.now;
}

/** The real time, plus what the test adds. */
export function movableClock(): Clock & { pass(durationMs: number): void } {
  let aheadMs = 0;
  return {
    now: () => new Date(Date.now() + aheadMs),
    pass(durationMs) {
      aheadMs += durationMs;
    },
  };
}

/** A clock that only the test moves. */
export function stoppedClock(start: string) {
  let now = new Date(start);
  return {
    clock: { now: () => now },
    goTo(instant: string) {
      now = new Date(instant);
    },
  };
}
