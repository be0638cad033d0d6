import { backOffMs } from '../back-off.ts';

/** How long a live connection waits before it connects again. A message that came resets it: connecting alone is no success. */
export interface BackOff {
  /** The next wait, in milliseconds. */
  next(): number;
  reset(): void;
}

const WAITS = { firstMs: 1_000, longestMs: 30_000, leastShare: 0.2 };

/** At most a second at first, twice as long each time, at most half a minute. */
export function openBackOff(): BackOff {
  let failures = 0;
  return {
    next: () => backOffMs(failures++, WAITS),
    reset() {
      failures = 0;
    },
  };
}
