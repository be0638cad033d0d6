/**
 * Limits how many reads of Stripe begin within a second; others wait in order of arrival. The quota
 * belongs to the merchant, whose other software needs it, too.
 */
import { setTimeout } from 'node:timers/promises';

export interface Limiter {
  /**
   * Resolves when it is this read's turn. @throws TooManyReadsError where the wait would be too
   * long.
   */
  take(): Promise<void>;
  /** Lets no read begin for this time, because Stripe answered with Retry-After. */
  pause(durationMs: number): void;
}

/** More reads wait than can be made in a bearable time. */
export class TooManyReadsError extends Error {
  override readonly name = 'TooManyReadsError';
}

export const READS_PER_SECOND = 15;
const LONGEST_WAIT_MS = 20_000;
const WINDOW_MS = 1_000;

/** @param perSecond a whole number above zero. */
export function openLimiter(perSecond: number, now: () => number = () => performance.now()): Limiter {
  /**
   * When the newest reads begin, one slot for each read of a second. The next read overwrites the
   * oldest.
   */
  const turns = new Array<number>(perSecond).fill(Number.NEGATIVE_INFINITY);
  let next = 0;
  let pausedUntilMs = 0;

  /** The instant at which one more read may begin. */
  function reserve(): number {
    const atMs = Math.max(now(), pausedUntilMs, (turns[next] ?? 0) + WINDOW_MS);
    if (atMs - now() > LONGEST_WAIT_MS) throw new TooManyReadsError('Too many reads of Stripe wait for their turn.');
    turns[next] = atMs;
    next = (next + 1) % perSecond;
    return atMs;
  }

  return {
    async take() {
      // If a pause begins during the wait, the read goes to the end of the queue.
      for (let turnMs = reserve(); ; turnMs = reserve()) {
        while (turnMs > now()) await setTimeout(Math.ceil(turnMs - now()));
        if (now() >= pausedUntilMs) return;
      }
    },
    pause(durationMs) {
      pausedUntilMs = Math.max(pausedUntilMs, now() + durationMs);
    },
  };
}
