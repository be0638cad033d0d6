/**
 * The live state of a page's customer, as stores without a framework; hooks and caches use them.
 *
 * Nothing is sent before a listener subscribes to a store or a method is called.
 */
import { AttachPlanText, PlansText } from '../documents/generated/texts.ts';
import { endpointOf } from '../endpoint.ts';
import { ask, type Operation } from './ask.ts';
import { type AutoTopUps, openAutoTopUps } from './auto-top-ups.ts';
import { type CustomerState, openCustomer, stateOf } from './customer.ts';
import { type Connection, openLink, type Transport } from './link.ts';
import { asLiveError, LiveError } from './live-error.ts';
import { type Loaded, openLoader } from './loader.ts';
import { openPaying, type Paying } from './paying.ts';
import { openStore, type Store } from './store.ts';
import { openTokens, type TokenOptions } from './tokens.ts';
import type { AttachAnswer, AttachInput, CustomerSnapshot, LivePlan, LivePurchase } from './types.ts';
import { type Limiting, openLimiting } from './usage-limits.ts';
import { purchaseWatch } from './watches.ts';

export type { CustomerState };

export interface LiveOptions extends TokenOptions {
  /** Brim's URL, https://brim.example, or that of its GraphQL, https://brim.example/graphql. */
  readonly url: string;
  /**
   * What the app's server read with `snapshot` of `@brim/client/server`: shown at once, and kept up
   * to date from there.
   */
  readonly initial?: CustomerSnapshot | null;
  /** The transports, in the order in which they are tried. Default: websocket, sse, polling. */
  readonly transports?: readonly Transport[];
  /** The polling interval, if only polling works. Default: 3,000. */
  readonly pollIntervalMs?: number;
}

export interface Live extends Paying, AutoTopUps, Limiting {
  /** The value that a server renders and that the page shows during hydration. */
  readonly initial: CustomerState;
  readonly customer: Store<CustomerState>;
  readonly plans: Store<Loaded<readonly LivePlan[]>>;
  /** @returns the same store for the same id. */
  purchase(id: string): Store<Loaded<LivePurchase>>;
  readonly connection: Pick<Store<Connection>, 'get' | 'subscribe'>;
  /** Loads the customer again. @throws LiveError. */
  refetch(): Promise<CustomerState>;
  /** Loads the plans again. @throws LiveError. */
  refetchPlans(): Promise<readonly LivePlan[]>;
  /** @throws LiveError; a refusal is returned as a value. */
  attach(input: AttachInput): Promise<AttachAnswer>;
}

const POLL_INTERVAL_MS = 3_000;

export function openLive(options: LiveOptions): Live {
  const { transports = ['websocket', 'sse', 'polling'], pollIntervalMs = POLL_INTERVAL_MS } = options;
  const place = { url: endpointOf(options.url), tokens: openTokens(options) };
  const link = openLink({ ...place, transports, pollIntervalMs });
  const purchases = new Map<string, Store<Loaded<LivePurchase>>>();
  const send = <Data>(operation: Operation<Data>) => ask(operation, place);

  const initial = stateOf(options.initial);
  const customer = openCustomer({ initial, link, send });

  const plans = openStore<Loaded<readonly LivePlan[]>>({}, () => {
    const loader = openLoader(refetchPlans, ({ retryable }) => retryable);
    loader.start();
    return loader.stop;
  });

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
    initial,
    customer: customer.store,
    plans,
    purchase,
    connection: link.connection,
    refetch: customer.refetch,
    refetchPlans,
    ...openPaying(send),
    ...openAutoTopUps({ send, customer }),
    ...openLimiting(send, customer.store),
    async attach(input) {
      const { attachPlan } = await send({ query: AttachPlanText, variables: { input } });
      if (!attachPlan) throw new LiveError('Brim answered without data.', 'HTTP');
      if (attachPlan.__typename === 'AttachPlanSuccess') customer.take(attachPlan.balances);
      return attachPlan;
    },
  };
}
