/** Whether a payment pays for a purchase, and what the purchase says where it does not. Pure. */
import { formatMoney, type Money } from '../../values/money.ts';
import type { Checkout } from './provider.ts';
import type { Purchase } from './types.ts';

/**
 * Why a paid checkout does not settle its purchase; undefined where it does.
 *
 * The sum of its lines must be what was asked. Tax is added to that, and a discount is taken off
 * where the purchase allows promotion codes.
 */
export function mismatchOf(
  purchase: Pick<Purchase, 'id' | 'total' | 'checkout'>,
  { purchaseId, subtotal, discount, total }: Pick<Checkout, 'purchaseId' | 'subtotal' | 'discount' | 'total'>,
): string | undefined {
  const { total: asked, checkout } = purchase;
  if (purchaseId !== purchase.id) return 'The payment is for another purchase.';
  if (!asked) return 'The purchase costs nothing.';
  if (!isSame(subtotal, asked)) return differs(total, asked);
  if (discount.amount > 0n && !checkout?.allowPromotionCodes) return differs(total, asked);
  if (total.amount < subtotal.amount - discount.amount) return differs(total, asked);
  return undefined;
}

function isSame(one: Money, other: Money): boolean {
  return one.currency === other.currency && one.amount === other.amount;
}

function differs(paid: Money, asked: Money): string {
  return `${formatMoney(paid)} was paid where ${formatMoney(asked)} was asked.`;
}

/** The failureReason of a purchase whose payment does not settle it, with what to do. */
export function unsettledReason(why: string): string {
  return `${why} Nothing was granted: acceptPayment grants it all the same, and refundPurchase gives the money back.`;
}

/**
 * True where money was paid for a purchase and does not settle it: acceptPayment or refundPurchase
 * ends it.
 */
export function isUnsettled({ status, processing, failureReason }: Pick<Purchase, 'status' | 'processing' | 'failureReason'>) {
  return status === 'PENDING' && processing && failureReason !== null;
}
