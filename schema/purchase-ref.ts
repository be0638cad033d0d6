import type { Purchase } from '../src/purchases/model/types.ts';
import { type Named, Unread } from '../src/values/unread.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';

/** Declared apart from purchase.ts, because grants refer to purchases, which refer to grants. */
export const PurchaseRef = builder.objectRef<Named<Purchase>>('Purchase');

/**
 * The purchase that another object refers to, read once a field of it is selected; null if there is
 * none.
 */
export function namedPurchase(
  { purchases }: Context,
  purchaseId: string | null,
): Unread<Purchase> | null {
  return purchaseId === null ? null : new Unread(purchaseId, () => purchases.find(purchaseId));
}
