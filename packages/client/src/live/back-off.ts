import { backOffMs } from '../back-off.ts';

/**
 * How long a live connection waits before it reconnects. A received message resets it; an opened
 * connection alone does not.
 */
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
