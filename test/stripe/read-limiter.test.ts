import { describe, expect, test } from 'vitest';
import { openLimiter, TooManyReadsError } from '../../src/stripe/read-limiter.ts';

/**
 * Time that moves only by the limiter's own waiting, so that the machine's speed does not matter.
 */
function standingTime() {
  let nowMs = 0;
  return {
    now: () => nowMs,
    pass(durationMs: number) {
      nowMs += durationMs;
    },
  };
}

/** True where the promise is resolved by now. */
async function isOver(promise: Promise<void>): Promise<boolean> {
  return Promise.race([promise.then(() => true), new Promise<false>((resolve) => setTimeout(resolve, 5, false))]);
}

describe('reads of Stripe', () => {
  test('begin at once up to the number that a second allows', async () => {
    const { now } = standingTime();
    const limiter = openLimiter(3, now);
    await Promise.all([limiter.take(), limiter.take(), limiter.take()]);
    expect(await isOver(limiter.take())).toBe(false);
  });

  test('never begin more often within any second', async () => {
    const time = standingTime();
    const limiter = openLimiter(2, time.now);
    await limiter.take();
    time.pass(600);
    await limiter.take();
    time.pass(400);
    // The first read is more than a second ago, the second is not.
    await limiter.take();
    expect(await isOver(limiter.take())).toBe(false);
  });

  test('wait during a pause that Stripe asked for', async () => {
    const time = standingTime();
    const limiter = openLimiter(10, time.now);
    limiter.pause(2_000);
    expect(await isOver(limiter.take())).toBe(false);
    time.pass(2_000);
    await limiter.take();
  });

  test('are refused where the wait would be too long', async () => {
    const { now } = standingTime();
    const limiter = openLimiter(1, now);
    await limiter.take();
    const waiting = Array.from({ length: 25 }, () => limiter.take().catch((error: unknown) => error));
    expect(await Promise.race(waiting)).toBeInstanceOf(TooManyReadsError);
  });
});
