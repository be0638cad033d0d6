/**
 * A stream that ends at an instant: what a customer token reads ends when the token does.
 *
 * At that instant the reader gets one last value, and then the end; the source is told to stop, and is not waited for. Nothing is
 * pulled that was not asked for.
 */
export interface StreamEnd<Value> {
  readonly afterMs: number;
  readonly last: () => Value;
}

export function endAfter<Value>(source: AsyncIterable<Value>, { afterMs, last }: StreamEnd<Value>): AsyncIterableIterator<Value> {
  const iterator = source[Symbol.asyncIterator]();
  let state: 'open' | 'expired' | 'ended' = 'open';
  /** Answers the read that waits, if one does. */
  let answer: ((result: IteratorResult<Value>) => void) | undefined;
  const timer = setTimeout(expire, Math.max(0, afterMs));

  function expire(): void {
    state = 'expired';
    stopSource();
    if (answer) answer(end());
  }
  function stopSource(): void {
    // An async generator that waits for something settles this only afterwards, so nobody awaits it.
    iterator.return?.().catch(() => undefined);
  }
  /** The last value once, and from then on the end. */
  function end(): IteratorResult<Value> {
    if (state !== 'expired') return { done: true, value: undefined };
    state = 'ended';
    return { done: false, value: last() };
  }
  function finish(): void {
    clearTimeout(timer);
    state = 'ended';
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () =>
      new Promise((resolve, reject) => {
        if (state !== 'open') return resolve(end());
        answer = resolve;
        iterator.next().then(
          (result) => {
            if (state !== 'open') return;
            answer = undefined;
            if (result.done) finish();
            resolve(result);
          },
          (error) => {
            if (state !== 'open') return;
            finish();
            reject(error);
          },
        );
      }),
    async return() {
      const wasOpen = state === 'open';
      finish();
      if (wasOpen) stopSource();
      answer?.(end());
      return end();
    },
    async throw(error) {
      finish();
      stopSource();
      throw error;
    },
  };
}
