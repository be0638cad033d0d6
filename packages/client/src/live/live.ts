/**
 * What a page knows of its customer, kept live. Knows no framework: hooks and caches stand on its stores.
 *
 * Nothing is sent before somebody subscribes to a store or asks for something.
 */

import { AttachPlanText, PlansText, ViewerCustomerText } from '../documents/generated/texts.ts';
import { endpointOf } from '../endpoint.ts';
import { ask, type Operation } from './ask.ts';
import { applyBalances, type Balances, NO_BALANCES } from './balances.ts';
import { type Connection, openLink, type Transport } from './link.ts';
import { asLiveError, LiveError } from './live-error.ts';
import { openStore, type Store } from './store.ts';
import { openTokens, type TokenOptions } from './tokens.ts';
import type { AttachAnswer, AttachInput, LiveCustomer, LivePlan, LivePurchase } from './types.ts';
import { balancesWatch, purchaseWatch } from './watches.ts';

export interface LiveOptions extends TokenOptions {
  /** Where Brim is: https://brim.example, or the address of its GraphQL, https://brim.example/graphql. */
  readonly url: string;
  /** In the order in which they are tried; left out: websocket, sse, polling. */
  readonly transports?: readonly Transport[];
  /** How often to ask where nothing can be pushed; 3,000 unless told. */
  readonly pollIntervalMs?: number;
}

/** Something that has to be loaded. */
export interface Loaded<Value> {
  readonly value?: Value;
  /** What kept it from being loaded, last. */
  readonly error?: LiveError;
}

export interface CustomerState extends Loaded<LiveCustomer> {
  readonly balances: Balances;
}

export interface Live {
  readonly customer: Store<CustomerState>;
  readonly plans: Store<Loaded<readonly LivePlan[]>>;
  /** The same store for the same id. */
  purchase(id: string): Store<Loaded<LivePurchase>>;
  readonly connection: Pick<Store<Connection>, 'get' | 'subscribe'>;
  /** Asks for the customer again. @throws LiveError. */
  refetch(): Promise<CustomerState>;
  /** Asks for the plans again. @throws LiveError. */
  refetchPlans(): Promise<readonly LivePlan[]>;
  /** @throws LiveError; a refusal is a value. */
  attach(input: AttachInput): Promise<AttachAnswer>;
}

const POLL_INTERVAL_MS = 3_000;
const LOAD_RETRY_MS = 2_000;

export function openLive(options: LiveOptions): Live {
  const { transports = ['websocket', 'sse', 'polling'], pollIntervalMs = POLL_INTERVAL_MS } = options;
  const place = { url: endpointOf(options.url), tokens: openTokens(options) };
  const link = openLink({ ...place, transports, pollIntervalMs });
  const purchases = new Map<string, Store<Loaded<LivePurchase>>>();
  let loading: Promise<CustomerState> | undefined;
  const send = <Data>(operation: Operation<Data>) => ask(operation, place);

  const customer = openStore<CustomerState>({ balances: NO_BALANCES }, () => {
    let retry: ReturnType<typeof setTimeout> | undefined;
    const load = () => {
      clearTimeout(retry);
      if (customer.get().value) return;
      refetch().catch((error: LiveError) => {
        if (error.retryable) retry = setTimeout(load, LOAD_RETRY_MS);
      });
    };
    const leave = link.add(
      balancesWatch({
        get: () => customer.get().balances,
        set: setBalances,
        fail: (error) => customer.set({ ...customer.get(), error }),
      }),
    );
    const unsubscribe = link.connection.subscribe(() => link.connection.get() === 'live' && load());
    load();
    return () => {
      clearTimeout(retry);
      unsubscribe();
      leave();
    };
  });

  const plans = openStore<Loaded<readonly LivePlan[]>>({}, () => {
    refetchPlans().catch(() => undefined);
    return () => undefined;
  });

  function setBalances(balances: Balances): void {
    if (balances !== customer.get().balances) customer.set({ ...customer.get(), balances });
  }

  /** Several that ask at the same time share an answer. */
  function refetch(): Promise<CustomerState> {
    loading ??= loadCustomer().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  async function loadCustomer(): Promise<CustomerState> {
    try {
      const { viewer } = await send({ query: ViewerCustomerText });
      if (!viewer) throw new LiveError('This token is no customer’s.', 'CUSTOMER_NOT_FOUND', false);
      const { balances, ...value } = viewer;
      customer.set({ value, balances: applyBalances(customer.get().balances, balances) });
      return customer.get();
    } catch (error) {
      const problem = asLiveError(error);
      customer.set({ ...customer.get(), error: problem });
      throw problem;
    }
  }

  async function refetchPlans(): Promise<readonly LivePlan[]> {
    try {
      const { plans: value } = await send({ query: PlansText });
      plans.set({ value });
      return value;
    } catch (error) {
      const problem = asLiveError(error);
      plans.set({ ...plans.get(), error: problem });
      throw problem;
    }
  }

  function purchase(id: string): Store<Loaded<LivePurchase>> {
    const known = purchases.get(id);
    if (known) return known;
    const store: Store<Loaded<LivePurchase>> = openStore<Loaded<LivePurchase>>({}, () =>
      link.add(
        purchaseWatch(id, {
          get: () => store.get().value,
          set: (value) => store.set(value ? { value } : {}),
          fail: (error) => store.set({ ...store.get(), error }),
        }),
      ),
    );
    purchases.set(id, store);
    return store;
  }

  return {
    customer,
    plans,
    purchase,
    connection: link.connection,
    refetch,
    refetchPlans,
    async attach(input) {
      const { attachPlan } = await send({ query: AttachPlanText, variables: { input } });
      if (!attachPlan) throw new LiveError('Brim answered without data.', 'HTTP');
      if (attachPlan.__typename === 'AttachPlanSuccess') {
        setBalances(applyBalances(customer.get().balances, attachPlan.balances));
      }
      return attachPlan;
    },
  };
}
