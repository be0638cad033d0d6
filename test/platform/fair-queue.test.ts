import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type FairQueueOptions, openFairQueue } from '../../src/platform/fair-queue.ts';
import { RateLimitedError } from '../../src/values/errors.ts';

/** Work that begins in its turn, and ends when the test says so. */
function openWork(options: Partial<FairQueueOptions>) {
  const fair = openFairQueue({ atOnce: 100, atOnceOfOwner: 100, waitingOfOwner: 100, waitMaxMs: 60_000, ...options });
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    /** "ada 1" is work of ada's. */
    ask(name: string): Promise<string> {
      const work = () =>
        new Promise<string>((resolve) => {
          begun.push(name);
          ends.set(name, () => resolve(name));
        });
      return fair.run(name.split(' ')[0] ?? '', work);
    },
    async end(name: string): Promise<void> {
      ends.get(name)?.();
      await turn();
    },
  };
}

const refused = { code: 'RATE_LIMITED', retryable: true, retryAfterSeconds: 1 };

describe('queued work', () => {
  it('runs a little at once for each owner, in the order in which it came', async () => {
    const { begun, ask, end } = openWork({ atOnceOfOwner: 2 });
    const answers = ['ada 1', 'ada 2', 'ada 3', 'ada 4', 'bob 1'].map(ask);
    await turn();
    expect(begun).toEqual(['ada 1', 'ada 2', 'bob 1']);
    await end('bob 1');
    expect(begun).toHaveLength(3);
    await end('ada 2');
    expect(begun).toEqual(['ada 1', 'ada 2', 'bob 1', 'ada 3']);
    await end('ada 1');
    await end('ada 3');
    await end('ada 4');
    expect(await Promise.all(answers)).toEqual(['ada 1', 'ada 2', 'ada 3', 'ada 4', 'bob 1']);
  });

  it('alternates between owners where the total is limited', async () => {
    const { begun, ask, end } = openWork({ atOnce: 1 });
    for (const name of ['ada 1', 'ada 2', 'ada 3', 'bob 1', 'bob 2', 'cid 1']) void ask(name);
    for (const name of ['ada 1', 'ada 2', 'bob 1', 'cid 1', 'ada 3', 'bob 2']) {
      await turn();
      expect(begun.at(-1)).toBe(name);
      await end(name);
    }
    expect(begun).toHaveLength(6);
  });

  it('is refused where too much of its owner waits, and of that owner only', async () => {
    const { begun, ask, end } = openWork({ atOnceOfOwner: 1, waitingOfOwner: 2 });
    for (const name of ['ada 1', 'ada 2', 'ada 3']) void ask(name);
    await expect(ask('ada 4')).rejects.toMatchObject(refused);
    void ask('bob 1');
    await turn();
    expect(begun).toEqual(['ada 1', 'bob 1']);
    await end('ada 1');
    void ask('ada 5');
    await end('ada 2');
    await end('ada 3');
    expect(begun).toEqual(['ada 1', 'bob 1', 'ada 2', 'ada 3', 'ada 5']);
  });

  it('is refused where its turn does not come in time, and never begins', async () => {
    const { begun, ask, end } = openWork({ atOnceOfOwner: 1, waitMaxMs: 20 });
    void ask('ada 1');
    await expect(ask('ada 2')).rejects.toBeInstanceOf(RateLimitedError);
    await end('ada 1');
    void ask('ada 3');
    await turn();
    expect(begun).toEqual(['ada 1', 'ada 3']);
  });

  it('frees its place also when it fails', async () => {
    const fair = openFairQueue({ atOnce: 1, atOnceOfOwner: 1, waitingOfOwner: 1, waitMaxMs: 60_000 });
    const failing = fair.run('ada', () => Promise.reject(new Error('as planned')));
    const next = fair.run('bob', () => 'done');
    await expect(failing).rejects.toThrow('as planned');
    expect(await next).toBe('done');
    const throwing = fair.run('ada', () => {
      throw new Error('at once');
    });
    await expect(throwing).rejects.toThrow('at once');
    expect(await fair.run('ada', () => 'done')).toBe('done');
  });
});
