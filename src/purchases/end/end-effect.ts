/**
 * The effect that ends purchases in the transaction that voids what they include. What was bought
 * stays.
 */
import type { Effect } from '../../ledger/effect.ts';
import type { EffectCall } from '../../ledger/model/posting.ts';
import * as store from '../tables/ends.ts';

const END = 'purchases.end';

/** The call of the effect, for a command's list. */
export function endPurchaseCall(purchaseId: string): EffectCall {
  return { name: END, input: purchaseId };
}

/** Makes ACTIVE purchases CANCELED; "done" where one is not ACTIVE any more. */
export const endPurchasesEffect: Effect<string> = {
  name: END,
  async apply(transaction, purchaseIds, now) {
    const ended = new Set(await store.endPurchases(transaction, purchaseIds, now));
    return purchaseIds.map((id) => (ended.delete(id) ? 'go' : 'done'));
  },
};
