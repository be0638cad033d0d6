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

describe('deliveries', () => {
  it('run at once while the turn has room, and later in the order in which they came', async () => {
    const turns = openPushQueue();
    const order: number[] = [];
    const delivered = Array.from({ length: 600 }, (_, index) => turns.deliver(() => void order.push(index)));
    expect(delivered[0]).toBeUndefined();
    expect(order.length).toBeLessThanOrEqual(256);
    await Promise.all(delivered);
    expect(order).toEqual(Array.from({ length: 600 }, (_, index) => index));
  });

  it('leave room for other work between the turns, and take turns with executions', async () => {
    const turns = openPushQueue();
    const order: string[] = [];
    const slow = (name: string) => () => {
      work(5);
      order.push(name);
    };
    const all = [turns.deliver(slow('first')), turns.run(slow('second')), turns.deliver(slow('third'))];
    expect(order).toEqual(['first']);
    await new Promise((resolve) => setImmediate(resolve));
    expect(order.length).toBeLessThan(3);
    await Promise.all(all);
    expect(order).toEqual(['first', 'second', 'third']);
  });

  it('reject with the error of the work, and the next ones run', async () => {
    const turns = openPushQueue();
    turns.deliver(() => work(5));
    const failed = turns.deliver(() => {
      throw new Error('no');
    });
    const next = turns.deliver(() => undefined);
    await expect(failed).rejects.toThrow('no');
    await next;
  });
});
