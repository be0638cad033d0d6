import { expect, it } from 'vitest';
import { nextAttemptAfter, TRIED_FOR_MS } from '../../src/webhooks/model/retries.ts';

const SINCE = new Date('2026-01-01T00:00:00Z');

/** The attempts of a delivery that always fails, in seconds after the first. */
function attemptsOf(random: () => number): readonly number[] {
  const attempts: number[] = [];
  for (let at: Date | null = SINCE; at; at = nextAttemptAfter(SINCE, at, random()))
    attempts.push((at.getTime() - SINCE.getTime()) / 1_000);
  return attempts;
}

it('is tried after ever longer pauses, and a last time three days after the first', () => {
  expect(attemptsOf(() => 0)).toEqual([
    ...[0, 5, 20, 80, 320, 1_280, 5_120, 20_480],
    ...[63_680, 106_880, 150_080, 193_280, 236_480, TRIED_FOR_MS / 1_000],
  ]);
});

it('with a jitter it is tried earlier, never later, and as long', () => {
  const attempts = attemptsOf(() => 1);
  expect(attempts.slice(0, 3)).toEqual([0, 4, 13.6]);
  expect(attempts.at(-1)).toBe(TRIED_FOR_MS / 1_000);
  expect(attempts.length).toBeLessThan(30);
});

it('after an outage of Brim itself it is tried once more', () => {
  const late = new Date(SINCE.getTime() + 10 * TRIED_FOR_MS);
  expect(nextAttemptAfter(SINCE, late, 0)).toBeNull();
});
