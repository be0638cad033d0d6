/** How much of a payment was returned, and how much of it can still be given back. Pure. */
import { type Decimal, smaller } from '../../values/decimal.ts';
import type { Dispute, Payment, Refund } from './payments.ts';

/**
 * What counts as returned: refunds that are under way or done, and what disputes hold withdrawn;
 * never more than was paid.
 */
export function returnedOf(
  { amount }: Pick<Payment, 'amount'>,
  refunds: readonly Pick<Refund, 'status' | 'amount'>[],
  disputes: readonly Pick<Dispute, 'withdrawn'>[],
): Decimal {
  const refunded = refunds.reduce((sum, each) => sum + (each.status === 'FAILED' ? 0n : each.amount.amount), 0n);
  const withdrawn = disputes.reduce((sum, each) => sum + each.withdrawn.amount, 0n);
  return smaller(refunded + withdrawn, amount.amount);
}

/** What of a payment can still be given back: nothing unless it succeeded. */
export function refundableOf(
  payment: Pick<Payment, 'amount' | 'status'>,
  refunds: readonly Pick<Refund, 'status' | 'amount'>[],
  disputes: readonly Pick<Dispute, 'withdrawn'>[],
): Decimal {
  return payment.status === 'SUCCEEDED' ? payment.amount.amount - returnedOf(payment, refunds, disputes) : 0n;
}
