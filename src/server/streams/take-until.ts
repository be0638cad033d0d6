/**
 * Ends a stream when an event outside it occurs, such as the end of a customer token.
 *
 * The reader gets one last value and then the end. The source is told to stop, and is not awaited.
 * Nothing is pulled that the reader did not ask for.
 */
export interface Until<Value> {
  /** Calls `end` once, with the last value. @returns a function that cancels it. */
  readonly when: (end: (last: Value) => void) => () => void;
}

export function takeUntil<Value>(source: AsyncIterable<Value>, { when }: Until<Value>): AsyncIterableIterator<Value> {
  const iterator = source[Symbol.asyncIterator]();
  let state: { readonly is: 'open' | 'ended' } | { readonly is: 'ending'; readonly last: Value } = { is: 'open' };
  /** Resolves the pending read, if there is one. */
  let answer: ((result: IteratorResult<Value>) => void) | undefined;
  const forget = when(endWith);

  function endWith(last: Value): void {
    state = { is: 'ending', last };
    stopSource();
    if (answer) answer(end());
  }
  function stopSource(): void {
    // A waiting async generator settles this promise only later, so it is not awaited.
    iterator.return?.().catch(() => undefined);
  }
  /** The last value once, and after that the end. */
  function end(): IteratorResult<Value> {
    if (state.is !== 'ending') return { done: true, value: undefined };
    const { last } = state;
    state = { is: 'ended' };
    return { done: false, value: last };
  }
  function finish(): void {
    forget();
    state = { is: 'ended' };
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () =>
      new Promise((resolve, reject) => {
        if (state.is !== 'open') return resolve(end());
        answer = resolve;
        iterator.next().then(
          (result) => {
            if (state.is !== 'open') return;
            answer = undefined;
            if (result.done) finish();
            resolve(result);
          },
          (error) => {
            if (state.is !== 'open') return;
            finish();
            reject(error);
          },
        );
      }),
    async return() {
      const wasOpen = state.is === 'open';
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
