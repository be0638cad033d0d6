/** Reading a store in a render. On a server, and while its page is hydrated, it is as it was at first: nothing is loaded. */
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
  /** What kept it from being loaded, last; null: nothing. */
  readonly error: LiveError | null;
}

export function loadingOf(value: unknown, error: LiveError | undefined): Loading {
  return { isLoading: value === undefined && (!error || error.retryable), error: error ?? null };
}
