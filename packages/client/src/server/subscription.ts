/** Subscriptions: each change as it comes. */
import type {
  BalanceChangedSubscription,
  BalanceChangedSubscriptionVariables,
  BalancesChangedSubscription,
  PurchaseChangedSubscription,
} from '../documents/generated/graphql.ts';
import { BalanceChangedText, BalancesChangedText, PurchaseChangedText } from '../documents/generated/texts.ts';
import type { BrimError } from './brim-error.ts';
import type { CallOptions } from './call.ts';
import { endable, follow, type StreamOptions } from './stream.ts';
import type { Purchase } from './types.ts';

export type BalanceChange = BalanceChangedSubscription['balanceChanged'];

export type CustomerBalanceChange = BalancesChangedSubscription['balancesChanged'];

export interface BalanceChangedInput extends BalanceChangedSubscriptionVariables {
  readonly customerId: string;
}

export interface SubscriptionOptions extends CallOptions {
  /** Called with each failure after which the stream is opened again. */
  readonly onLost?: (error: BrimError) => void;
}

export interface SubscriptionVerbs {
  /**
   * A customer's balances as they stand, a message each, and then every change, in order and once.
   * A lost connection goes on after the last message; to go on in another process, pass its
   * `sequence` as `after`. A reader that is far behind gets the balances as they stand, with the
   * cause SNAPSHOT. It ends when its reader leaves the loop, when `signal` is aborted, and with
   * `close`.
   * @throws BrimError where it is refused, such as CUSTOMER_NOT_FOUND.
   */
  balanceChanged(input: BalanceChangedInput, options?: SubscriptionOptions): AsyncIterableIterator<BalanceChange>;
  /**
   * Every change of every customer's balances, once each: after a `cursor` that a message or
   * `balancesCursor` gave, or from now on. A lost connection goes on after the last message, and
   * another process goes on with its `cursor`. It ends as balanceChanged does.
   * @throws BrimError CURSOR_LOST where Brim's database does not know the cursor.
   */
  balancesChanged(
    input?: { readonly after?: string | null | undefined },
    options?: SubscriptionOptions,
  ): AsyncIterableIterator<CustomerBalanceChange>;
  /**
   * A purchase as it stands, and then each change of its status, once. It ends as balanceChanged
   * does. @throws BrimError likewise.
   */
  purchaseChanged(purchaseId: string, options?: SubscriptionOptions): AsyncIterableIterator<Purchase>;
}

/** @param closing Ends all of them. */
export function subscriptionVerbs(place: StreamOptions, closing: AbortSignal): SubscriptionVerbs {
  return {
    balanceChanged: (input, { signal, onLost } = {}) =>
      endable((ending) => changesOf(input, { ...place, onLost }, ending), [signal, closing]),
    balancesChanged: ({ after } = {}, { signal, onLost } = {}) =>
      endable((ending) => everyChangeAfter(after, { ...place, onLost }, ending), [signal, closing]),
    purchaseChanged: (purchaseId, { signal, onLost } = {}) =>
      endable((ending) => revisionsOf(purchaseId, { ...place, onLost }, ending), [signal, closing]),
  };
}

async function* changesOf(input: BalanceChangedInput, place: StreamOptions, ending: AbortSignal) {
  let { after } = input;
  const messages = follow<BalanceChangedSubscription>(BalanceChangedText, () => ({ ...input, after }), place, ending);
  for await (const { balanceChanged } of messages) {
    // That of a snapshot's first messages stands for the whole snapshot: with it, the snapshot
    // comes again.
    after = balanceChanged.sequence;
    yield balanceChanged;
  }
}

async function* everyChangeAfter(from: string | null | undefined, place: StreamOptions, ending: AbortSignal) {
  let after = from ?? null;
  const messages = follow<BalancesChangedSubscription>(BalancesChangedText, () => ({ after }), place, ending);
  for await (const { balancesChanged } of messages) {
    after = balancesChanged.cursor;
    yield balancesChanged;
  }
}

async function* revisionsOf(purchaseId: string, place: StreamOptions, ending: AbortSignal) {
  let known = -1;
  const messages = follow<PurchaseChangedSubscription>(PurchaseChangedText, () => ({ purchaseId }), place, ending);
  for await (const { purchaseChanged } of messages) {
    if (purchaseChanged.revision <= known) continue;
    known = purchaseChanged.revision;
    yield purchaseChanged;
  }
}
