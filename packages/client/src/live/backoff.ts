/** How long a client waits before it connects again. What resets it is a message that really came: connecting alone is no success. */
export interface Backoff {
  /** The next wait, in milliseconds. */
  next(): number;
  reset(): void;
}

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
/** Drawn at random from so much of it to all of it, so that pages do not come back in one moment. */
const LEAST_SHARE = 0.2;

/** At most a second at first, twice as long each time, at most half a minute. */
export function openBackoff(): Backoff {
  let failures = 0;
  return {
    next() {
      const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
      failures += 1;
      return longest * (LEAST_SHARE + (1 - LEAST_SHARE) * Math.random());
    },
    reset() {
      failures = 0;
    },
  };
}
