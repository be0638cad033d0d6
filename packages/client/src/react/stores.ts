/**
 * Reading a store in a render. On a server, and while its page is hydrated, it is as it was at
 * first.
 */
import { useSyncExternalStore } from 'react';
import type { LiveError } from '../live/index.ts';
import type { Store } from '../live/store.ts';

export function useStore<State, Part>(
  store: Pick<Store<State>, 'get' | 'subscribe'>,
  initial: State,
  part: (state: State) => Part,
): Part {
  return useSyncExternalStore(
    store.subscribe,
    () => part(store.get()),
    () => part(initial),
  );
}

/** What a hook says of something that is loaded. */
export interface Loading {
  readonly isLoading: boolean;
  /**
   * What kept it from being loaded, last; null: nothing. With the code TOKEN it says what came
   * instead of a token.
   */
  readonly error: LiveError | null;
}

export function loadingOf(value: unknown, error: LiveError | undefined): Loading {
  // A token may never come: the page says so, and shows the data as soon as one comes.
  const isPassing = error === undefined || (error.retryable && error.code !== 'TOKEN');
  return { isLoading: value === undefined && isPassing, error: error ?? null };
}
