/**
 * A value with listeners. Its source runs while there are listeners and a moment longer, because a
 * page that rerenders unsubscribes only briefly.
 */
export interface Store<State> {
  get(): State;
  set(state: State): void;
  /** @returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void;
}

const LINGER_MS = 1_000;

/** @param start Called for the first listener. @returns a function that stops the source. */
export function openStore<State>(initial: State, start?: () => () => void): Store<State> {
  const listeners = new Set<() => void>();
  let state = initial;
  let stop: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  return {
    get: () => state,
    set(next) {
      if (Object.is(next, state)) return;
      state = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      // The same function may be subscribed twice.
      const own = () => listener();
      clearTimeout(timer);
      listeners.add(own);
      stop ??= start?.();
      return () => {
        listeners.delete(own);
        if (listeners.size > 0) return;
        clearTimeout(timer);
        timer = setTimeout(() => {
          stop?.();
          stop = undefined;
        }, LINGER_MS);
      };
    },
  };
}
