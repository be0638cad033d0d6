import { describe, expect, it } from 'vitest';
import { openPushQueue } from '../../../src/server/limits/push-queue.ts';

/** Blocks the event loop. */
function work(ms: number): void {
  const endsAt = performance.now() + ms;
  while (performance.now() < endsAt);
}

describe('pushes', () => {
  it('run in the order in which they came, and resolve with the result of the work', async () => {
    const turns = openPushQueue();
    const order: number[] = [];
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        turns.run(() => {
          order.push(index);
          return index % 2 === 0 ? index : Promise.resolve(index);
        }),
      ),
    );
    expect(order).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(results).toEqual(order);
  });

  it('reject with the error of the work, and the next ones run', async () => {
    const turns = openPushQueue();
    const failed = turns.run(() => {
      throw new Error('no');
    });
    const next = turns.run(() => 'next');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('next');
  });

  it('leave room for other work between the turns', async () => {
    const turns = openPushQueue();
    let worked = 0;
    const all = Promise.all(
      Array.from({ length: 40 }, () =>
        turns.run(() => {
          work(5);
          worked += 1;
        }),
      ),
    );
    const seen: number[] = [];
    for (let look = 0; look < 3; look += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(worked);
    }
    // Other work ran after each of the first few pushes, and not only after all forty.
    expect(seen[0]).toBeLessThan(4);
    expect(seen[2]).toBeLessThan(12);
    await all;
    expect(worked).toBe(40);
  });

  it('of ten readers get their share beside fifty readers that always want more', async () => {
    const turns = openPushQueue();
    const taken = Array.from({ length: 60 }, () => 0);
    let goesOn = true;
    const readers = taken.map(async (_, reader) => {
      while (goesOn) {
        await turns.run(() => {
          taken[reader] = (taken[reader] ?? 0) + 1;
          if (taken[reader] === 100) goesOn = false;
        });
      }
    });
    await Promise.all(readers);
    expect(Math.max(...taken) - Math.min(...taken)).toBeLessThanOrEqual(2);
  });
});
