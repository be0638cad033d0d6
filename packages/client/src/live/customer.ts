/**
 * The customer whose token the page has. It is as the app's server read it, if it did; then as Brim
 * says, and then live.
 *
 * A snapshot of another customer (a page from a cache, a token of the user who signed in since)
 * gives way to the token's own.
 */
import { ViewerCustomerText } from '../documents/generated/texts.ts';
import type { Operation } from './ask.ts';
import { applyBalances, type Balances, type LiveBalance, NO_BALANCES } from './balances.ts';
import type { Link } from './link.ts';
import { asLiveError, LiveError } from './live-error.ts';
import { openLoader } from './loader.ts';
import { openStore, type Store } from './store.ts';
import type { CustomerSnapshot, LiveCustomer } from './types.ts';
import { balancesWatch } from './watches.ts';

export interface CustomerState {
  readonly value?: LiveCustomer;
  /** What kept it from being loaded, last. */
  readonly error?: LiveError;
  readonly balances: Balances;
}

export interface CustomerOptions {
  readonly initial: CustomerState;
  readonly link: Link;
  readonly send: <Data>(operation: Operation<Data>) => Promise<Data>;
}

export interface OpenCustomer {
  readonly store: Store<CustomerState>;
  /** Asks for it again. @throws LiveError. */
  refetch(): Promise<CustomerState>;
  /** Takes in what a mutation answered. */
  take(balances: readonly LiveBalance[]): void;
}

/**
 * What a page shows at first. Every change since the newest balance of the snapshot comes by the
 * subscription.
 */
export function stateOf(snapshot: CustomerSnapshot | null | undefined): CustomerState {
  if (!snapshot) return { balances: NO_BALANCES };
  const { balances, ...value } = snapshot;
  const sequence = Math.max(0, ...balances.map(({ version }) => version));
  return { value, balances: { ...applyBalances(NO_BALANCES, balances), sequence } };
}

export function openCustomer({ initial, link, send }: CustomerOptions): OpenCustomer {
  let loading: Promise<CustomerState> | undefined;
  /** Begins the subscription anew, with the balances as they stand. */
  let rejoin: (() => void) | undefined;
  // Where no token can be had, the link asks for one again, and says when it is there.
  const loader = openLoader(refetch, ({ retryable, code }) => retryable && code !== 'TOKEN');

  const store = openStore<CustomerState>(initial, () => {
    const fail = (error: LiveError) => store.set({ ...store.get(), error });
    const join = () => link.add(balancesWatch({ get: () => store.get().balances, set: setBalances, fail }));
    let leave = join();
    rejoin = () => {
      leave();
      leave = join();
    };
    const unsubscribe = link.connection.subscribe(() => {
      if (link.connection.get() !== 'live') return;
      const { error, ...state } = store.get();
      if (error?.code === 'TOKEN') store.set(state);
      loader.start();
    });
    loader.start();
    return () => {
      loader.stop();
      unsubscribe();
      leave();
      rejoin = undefined;
    };
  });

  function setBalances(balances: Balances): void {
    if (balances !== store.get().balances) store.set({ ...store.get(), balances });
  }

  /** Several that ask at the same time share an answer. */
  function refetch(): Promise<CustomerState> {
    loading ??= load().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  async function load(): Promise<CustomerState> {
    try {
      const { viewer } = await send({ query: ViewerCustomerText });
      if (!viewer) throw new LiveError('This token is no customer’s.', 'CUSTOMER_NOT_FOUND', false);
      const { balances, ...value } = viewer;
      const known = store.get();
      const isAnother = known.value && known.value.id !== value.id;
      store.set({ value, balances: applyBalances(isAnother ? NO_BALANCES : known.balances, balances) });
      if (isAnother) rejoin?.();
      return store.get();
    } catch (error) {
      const problem = asLiveError(error);
      store.set({ ...store.get(), error: problem });
      throw problem;
    }
  }

  return { store, refetch, take: (balances) => setBalances(applyBalances(store.get().balances, balances)) };
}
