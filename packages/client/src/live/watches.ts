/**
 * The watches of a page: its balances, and a purchase. Each resumes where it was, and ignores what
 * is older than what it has.
 */
import type {
  PurchaseChangedSubscription,
  PurchaseQuery,
  ViewerBalanceChangedSubscription,
  ViewerBalancesQuery,
} from '../documents/generated/graphql.ts';
import { PurchaseChangedText, PurchaseText, ViewerBalanceChangedText, ViewerBalancesText } from '../documents/generated/texts.ts';
import { applyBalances, applyMessage, type Balances, resume } from './balances.ts';
import { LiveError } from './live-error.ts';
import type { Watch } from './session.ts';
import type { LivePurchase } from './types.ts';

export interface Held<State> {
  get(): State;
  set(state: State): void;
  fail(error: LiveError): void;
}

export function balancesWatch({ get, set, fail }: Held<Balances>): Watch<ViewerBalanceChangedSubscription, ViewerBalancesQuery> {
  return {
    subscription() {
      const { known, after } = resume(get());
      set(known);
      return { query: ViewerBalanceChangedText, variables: { after } };
    },
    next: ({ balanceChanged }) => set(applyMessage(get(), balanceChanged)),
    question: { query: ViewerBalancesText },
    answer: ({ viewer }) => set(applyBalances(get(), viewer?.balances ?? [])),
    fail,
  };
}

export function purchaseWatch(
  id: string,
  { get, set, fail }: Held<LivePurchase | undefined>,
): Watch<PurchaseChangedSubscription, PurchaseQuery> {
  const take = (purchase: LivePurchase) => {
    if (purchase.revision > (get()?.revision ?? -1)) set(purchase);
  };
  return {
    subscription: () => ({ query: PurchaseChangedText, variables: { purchaseId: id } }),
    next: ({ purchaseChanged }) => take(purchaseChanged),
    question: { query: PurchaseText, variables: { id } },
    answer: ({ purchase }) =>
      purchase ? take(purchase) : fail(new LiveError('There is no such purchase.', 'PURCHASE_NOT_FOUND', false)),
    fail,
  };
}
