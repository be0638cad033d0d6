import { describe, expect, it, vi } from 'vitest';
import { openStream, type Waiter } from '../../src/feed/stream.ts';
import { peek, quiet } from './fake-ledger.ts';

/** Yields what is put in, and waits where there is nothing. */
function openNumbers() {
  const numbers: number[] = [];
  const ended = vi.fn();
  let pulled = 0;
  const stream = openStream<number>(async function* (waiter: Waiter) {
    while (!waiter.stopped) {
      const [number] = numbers.splice(0, 1);
      if (number === undefined) await waiter.wait();
      else {
        pulled += 1;
        yield number;
      }
    }
  }, ended);
  return {
    stream,
    ended,
    pulled: () => pulled,
    put(...more: number[]) {
      numbers.push(...more);
      stream.wake();
    },
  };
}

describe('a stream', () => {
  it('gives values in order to a waiting reader and to a late one', async () => {
    const { stream, put } = openNumbers();
    const waiting = stream.next();
    put(1, 2);
    expect(await waiting).toEqual({ done: false, value: 1 });
    put(3);
    expect(await stream.next()).toEqual({ done: false, value: 2 });
    expect(await stream.next()).toEqual({ done: false, value: 3 });
  });

  it('produces a value only when the reader asks', async () => {
    const { stream, put, pulled } = openNumbers();
    put(1, 2, 3);
    await quiet();
    expect(pulled()).toBe(0);
    await stream.next();
    await quiet();
    expect(pulled()).toBe(1);
  });

  it('remembers a wake that came while it was not waiting', async () => {
    let waits = 0;
    const stream = openStream<number>(
      async function* (waiter) {
        stream.wake();
        await waiter.wait();
        waits += 1;
        yield waits;
        await waiter.wait();
      },
      () => undefined,
    );
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    const second = peek(stream.next());
    await quiet();
    expect(second.result).toBeUndefined();
    stream.stop();
  });

  it('wakes by itself after the time it was given', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const stream = openStream<string>(
        async function* (waiter) {
          await waiter.wait(1_000);
          yield 'woken';
        },
        () => undefined,
      );
      const read = peek(stream.next());
      await vi.advanceTimersByTimeAsync(999);
      expect(read.result).toBeUndefined();
      await vi.advanceTimersByTimeAsync(1);
      expect(read.result).toEqual({ done: false, value: 'woken' });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the end of a stream', () => {
  it('comes at once when its reader leaves, even while it waits for ever', async () => {
    const { stream, ended } = openNumbers();
    const waiting = stream.next();
    await stream.return?.();
    expect(ended).toHaveBeenCalledTimes(1);
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('comes when it is stopped, and unread values are not delivered', async () => {
    const { stream, put, ended } = openNumbers();
    put(1, 2);
    await stream.next();
    stream.stop();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('comes when its reader leaves before the first read', async () => {
    const { stream, ended } = openNumbers();
    await stream.return?.();
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('comes when it fails, with the failure', async () => {
    const ended = vi.fn();
    const stream = openStream<never>(
      // biome-ignore lint/correctness/useYield: it throws before it would.
      async function* () {
        throw new Error('no ledger');
      },
      ended,
    );
    await expect(stream.next()).rejects.toThrow('no ledger');
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('comes when the generator ends', async () => {
    const ended = vi.fn();
    const stream = openStream<number>(async function* () {
      yield 1;
    }, ended);
    await stream.next();
    expect(ended).not.toHaveBeenCalled();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(ended).toHaveBeenCalledTimes(1);
  });
});
