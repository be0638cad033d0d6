/**
 * What a subscriber pulls from: an async iterable that is asked for one thing at a time, so that a
 * slow reader holds a cursor and no queue, and that ends at once when its reader leaves, even while
 * it waits (a plain async generator would first wait for the next change, perhaps for ever).
 */
export interface Waiter {
  /** True once the reader is gone. */
  readonly stopped: boolean;
  /** Resolves when woken, when the reader leaves, or after `atMostMs`. */
  wait(atMostMs?: number): Promise<void>;
}

export interface Stream<Value> extends AsyncIterableIterator<Value> {
  /** Something may have advanced. Waking one that does not wait is remembered. */
  wake(): void;
  /** Ends it, as if its reader had left. */
  stop(): void;
}

/**
 * @param produce yields values and calls `waiter.wait()` when there are none; must look at
 * `waiter.stopped` after each wait.
 * @param onEnd is called once, however it ends.
 */
export function openStream<Value>(produce: (waiter: Waiter) => AsyncGenerator<Value, void>, onEnd: () => void): Stream<Value> {
  let stopped = false;
  let ended = false;
  let woken = false;
  let resume: (() => void) | undefined;

  const wake = (): void => {
    woken = true;
    resume?.();
  };

  const wait = (atMostMs?: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = atMostMs === undefined ? undefined : setTimeout(wake, atMostMs);
      resume = () => {
        resume = undefined;
        woken = false;
        clearTimeout(timer);
        resolve();
      };
      if (woken || stopped) resume();
    });

  const generator = produce({
    get stopped() {
      return stopped;
    },
    wait,
  });

  const end = (): void => {
    if (ended) return;
    ended = true;
    onEnd();
  };

  const stop = (): void => {
    stopped = true;
    wake();
    end();
  };

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (stopped) return { done: true, value: undefined };
      try {
        const result = await generator.next();
        if (result.done) end();
        return result;
      } catch (error) {
        end();
        throw error;
      }
    },
    async return() {
      stop();
      await generator.return();
      return { done: true, value: undefined };
    },
    wake,
    stop,
  };
}
