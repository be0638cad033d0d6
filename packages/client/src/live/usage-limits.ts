/**
 * The limits of what a page's customer may use. They are loaded again after each change of a
 * balance, when a window ends, and when somebody comes back to the page, because no message tells
 * of a limit that the app sets.
 */
import { ViewerUsageLimitsText } from '../documents/generated/texts.ts';
import type { Operation } from './ask.ts';
import type { CustomerState } from './customer.ts';
import { asLiveError } from './live-error.ts';
import { type Loaded, openLoader } from './loader.ts';
import { openStore, type Store } from './store.ts';
import type { LiveUsageLimit } from './types.ts';

export interface Limiting {
  readonly usageLimits: Store<Loaded<readonly LiveUsageLimit[]>>;
  /** @throws LiveError. */
  refetchUsageLimits(): Promise<readonly LiveUsageLimit[]>;
}

/** A burst of uses is a question a second. */
const AT_MOST_EVERY_MS = 1_000;
/** A longer time-out would end at once. */
const LONGEST_MS = 2 ** 31 - 1;

export function openLimiting(
  send: <Data>(operation: Operation<Data>) => Promise<Data>,
  customer: Pick<Store<CustomerState>, 'get' | 'subscribe'>,
): Limiting {
  let next: ReturnType<typeof setTimeout> | undefined;
  let nextAt = Number.POSITIVE_INFINITY;
  let askedAt = 0;

  const usageLimits = openStore<Loaded<readonly LiveUsageLimit[]>>({}, () => {
    const loader = openLoader(refetchUsageLimits, ({ retryable }) => retryable);
    let { balances } = customer.get();
    const unsubscribe = customer.subscribe(() => {
      const before = balances;
      ({ balances } = customer.get());
      if (balances.byFeature !== before.byFeature) againAt(Date.now());
    });
    const again = () => againAt(Date.now());
    // Apps whose pages are not in a browser may have no such events.
    const { addEventListener: listen, removeEventListener: leave } = globalThis;
    listen?.('focus', again);
    loader.start();
    return () => {
      loader.stop();
      unsubscribe();
      leave?.('focus', again);
      forget();
    };
  });

  function forget(): void {
    clearTimeout(next);
    nextAt = Number.POSITIVE_INFINITY;
  }

  function againAt(instant: number): void {
    const at = Math.max(instant, askedAt + AT_MOST_EVERY_MS);
    if (at >= nextAt) return;
    forget();
    nextAt = at;
    next = setTimeout(() => void refetchUsageLimits().catch(() => undefined), Math.min(at - Date.now(), LONGEST_MS));
  }

  async function refetchUsageLimits(): Promise<readonly LiveUsageLimit[]> {
    forget();
    askedAt = Date.now();
    try {
      const { viewer } = await send({ query: ViewerUsageLimitsText });
      const value = viewer?.usageLimits ?? [];
      usageLimits.set({ value });
      for (const { resetsAt } of value) againAt(Date.parse(resetsAt));
      return value;
    } catch (error) {
      const problem = asLiveError(error);
      usageLimits.set({ ...usageLimits.get(), error: problem });
      throw problem;
    }
  }

  return { usageLimits, refetchUsageLimits };
}
