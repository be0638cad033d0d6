/** What a page may watch: its balances, and a purchase. Each goes on where it was, and takes in nothing that is older than what it has. */
import { applyBalances, applyMessage, type BalanceMessage, type Balances, type LiveBalance, resume } from './balances.ts';
import { BALANCE_CHANGED, BALANCES, FIND_PURCHASE, PURCHASE_CHANGED } from './documents.ts';
import { LiveError } from './live-error.ts';
import type { Watch } from './session.ts';
import type { LivePurchase } from './types.ts';

export interface Held<State> {
  get(): State;
  set(state: State): void;
  fail(error: LiveError): void;
}

type BalanceData = { readonly balanceChanged: BalanceMessage };
type BalancesAnswer = { readonly viewer: { readonly balances: readonly LiveBalance[] } | null };

export function balancesWatch({ get, set, fail }: Held<Balances>): Watch<BalanceData, BalancesAnswer> {
  return {
    subscription() {
      const { known, after } = resume(get());
      set(known);
      return { query: BALANCE_CHANGED, variables: { after } };
    },
    next: ({ balanceChanged }) => set(applyMessage(get(), balanceChanged)),
    question: { query: BALANCES },
    answer: ({ viewer }) => set(applyBalances(get(), viewer?.balances ?? [])),
    fail,
  };
}

type PurchaseData = { readonly purchaseChanged: LivePurchase };
type PurchaseAnswer = { readonly purchase: LivePurchase | null };

export function purchaseWatch(
  id: string,
  { get, set, fail }: Held<LivePurchase | undefined>,
): Watch<PurchaseData, PurchaseAnswer> {
  const variables = { id };
  const take = (purchase: LivePurchase) => {
    if (purchase.revision > (get()?.revision ?? -1)) set(purchase);
  };
  return {
    subscription: () => ({ query: PURCHASE_CHANGED, variables }),
    next: ({ purchaseChanged }) => take(purchaseChanged),
    question: { query: FIND_PURCHASE, variables },
    answer: ({ purchase }) =>
      purchase ? take(purchase) : fail(new LiveError('There is no such purchase.', 'PURCHASE_NOT_FOUND', false)),
    fail,
  };
}
