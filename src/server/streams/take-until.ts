/**
 * A stream that ends when something outside it does: what a customer token reads ends when the token does.
 *
 * Then the reader gets one last value, and then the end; the source is told to stop, and is not waited for. Nothing is
 * pulled that was not asked for.
 */
export interface Until<Value> {
  /** Calls `end`, once, with the last value. @returns what forgets it. */
  readonly when: (end: (last: Value) => void) => () => void;
}

export function takeUntil<Value>(source: AsyncIterable<Value>, { when }: Until<Value>): AsyncIterableIterator<Value> {
  const iterator = source[Symbol.asyncIterator]();
  let state: { readonly is: 'open' | 'ended' } | { readonly is: 'ending'; readonly last: Value } = { is: 'open' };
  /** Answers the read that waits, if one does. */
  let answer: ((result: IteratorResult<Value>) => void) | undefined;
  const forget = when(endWith);

  function endWith(last: Value): void {
    state = { is: 'ending', last };
    stopSource();
    if (answer) answer(end());
  }
  function stopSource(): void {
    // An async generator that waits for something settles this only afterwards, so nobody awaits it.
    iterator.return?.().catch(() => undefined);
  }
  /** The last value once, and from then on the end. */
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
