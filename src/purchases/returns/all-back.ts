/** What becomes of a purchase once all of its money is back, or no longer is. Pure. */
import type { Payment } from '../model/payments.ts';
import { returnedOf } from '../model/refundable.ts';
import { statusAfter } from '../model/transitions.ts';
import type { Purchase } from '../model/types.ts';
import type { Returns } from './learned.ts';

/** A payment of the purchase with what was returned of it. */
export interface PaymentWithReturns extends Returns {
  readonly payment: Pick<Payment, 'amount' | 'status'>;
}

/**
 * - refund: everything that was paid for it is back, so it becomes REFUNDED.
 * - reinstate: some of it is not back any more, so it becomes what it was before.
 * - null: nothing changes.
 *
 * A purchase that recurs goes on for as long as its subscription does: a refund ends no
 * subscription. Once that has ended, it can become REFUNDED, too.
 */
export function eventOfReturns(
  { status, subscriptionId }: Pick<Purchase, 'status' | 'subscriptionId'>,
  payments: readonly PaymentWithReturns[],
): 'refund' | 'reinstate' | null {
  const paid = payments.filter(({ payment }) => payment.status === 'SUCCEEDED' && payment.amount.amount > 0n);
  const isAllBack =
    paid.length > 0 &&
    paid.every(({ payment, refunds, disputes }) => returnedOf(payment, refunds, disputes) >= payment.amount.amount);
  if (status === 'REFUNDED') return isAllBack ? null : 'reinstate';
  const goesOn = subscriptionId !== null && status !== 'CANCELED';
  return isAllBack && !goesOn && statusAfter(status, 'refund') !== undefined ? 'refund' : null;
}
