/** When a delivery that failed is tried again. */
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const SHORTEST_DELAY_MS = 5 * SECOND_MS;
const LONGEST_DELAY_MS = 12 * HOUR_MS;
/** Each pause is so many times as long as all that went before: tries after 5, 20, 80 s. */
const FACTOR = 3;
/** Up to this part of a pause is taken off, so that not all of an outage come at once. */
const JITTER = 0.2;

/** For so long after its first attempt a delivery is tried. */
export const TRIED_FOR_MS = 72 * HOUR_MS;

/**
 * After ever longer pauses, every 12 hours at last, and a last time three days after the first
 * attempt.
 * @param since The first attempt.
 * @param random From 0 to 1.
 * @returns null once the last attempt has failed.
 */
export function nextAttemptAfter(since: Date, now: Date, random: number): Date | null {
  const endMs = since.getTime() + TRIED_FOR_MS;
  if (now.getTime() >= endMs) return null;
  const elapsedMs = now.getTime() - since.getTime();
  const pauseMs = Math.min(Math.max(SHORTEST_DELAY_MS, FACTOR * elapsedMs), LONGEST_DELAY_MS);
  return new Date(Math.min(now.getTime() + Math.round(pauseMs * (1 - JITTER * random)), endMs));
}
