/** Clocks that tests move. */
import { expect } from 'vitest';
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
