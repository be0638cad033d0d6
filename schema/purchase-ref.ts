import type { Purchase } from '../src/purchases/model/types.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { Lazy, type MaybeLazy } from './lazy.ts';

/** Declared apart from purchase.ts, because grants refer to purchases, which refer to grants. */
export const PurchaseRef = builder.objectRef<MaybeLazy<Purchase>>('Purchase');

/**
 * The purchase that another object refers to, read once a field of it is selected; null if there is
 * none.
 */
export function lazyPurchase(
  { purchases }: Context,
  purchaseId: string | null,
): Lazy<Purchase> | null {
  return purchaseId === null ? null : new Lazy(purchaseId, () => purchases.find(purchaseId));
}
