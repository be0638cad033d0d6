import type { Purchase } from '../src/purchases/model/types.ts';
import { type Named, Unread } from '../src/values/unread.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';

/** Grants and entries name purchases, and purchases name grants: the name comes first. */
export const PurchaseRef = builder.objectRef<Named<Purchase>>('Purchase');

/** The purchase that something names, if it does. */
export function namedPurchase(
  { purchases }: Context,
  purchaseId: string | null,
): Unread<Purchase> | null {
  return purchaseId === null ? null : new Unread(purchaseId, () => purchases.find(purchaseId));
}
