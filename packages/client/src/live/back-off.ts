import { backOffMs } from '../back-off.ts';

/**
 * How long a live connection waits before it reconnects. A received message resets it; an opened
 * connection alone does not.
 */
export interface BackOff {
  /** The next wait, in milliseconds. @param isServerLeaving Brim said that it stops. */
  next(isServerLeaving?: boolean): number;
  reset(): void;
}

const WAITS = { firstMs: 1_000, longestMs: 30_000, leastShare: 0.2 };
/**
 * A process that stops closes all its connections at once. They return over so long, so that the
 * process gets its share of them when it starts again.
 */
const SPREAD_MS = 10_000;

/**
 * At most a second at first, twice as long each time, at most half a minute. After a goodbye of the
 * server up to ten seconds.
 */
export function openBackOff(): BackOff {
  let failures = 0;
  return {
    next(isServerLeaving = false) {
      const waitMs = backOffMs(failures, WAITS);
      failures += 1;
      return isServerLeaving ? Math.random() * SPREAD_MS : waitMs;
    },
    reset() {
      failures = 0;
    },
  };
}
