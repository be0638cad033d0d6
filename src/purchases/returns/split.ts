/** How a refund of a purchase is spread over its payments. Pure. */
import { type Decimal, formatDecimal, smaller } from '../../values/decimal.ts';
import type { Money } from '../../values/money.ts';
import type { Payment } from '../model/payments.ts';
import { refundableOf } from '../model/refundable.ts';
import type { Returns } from './learned.ts';

export interface RefundablePayment extends Returns {
  readonly payment: Pick<Payment, 'id' | 'amount' | 'status' | 'chargeId'>;
}

export interface Share {
  readonly payment: RefundablePayment['payment'];
  readonly amount: Money;
}

/** What is wrong with the wanted sum, and with which part of it. */
export interface SplitProblem {
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * Takes the sum from the newest payments first; all that is left of them where none is wanted.
 * @param payments the newest first.
 * @returns what each payment gives back, or why that is not possible.
 */
export function splitRefund(payments: readonly RefundablePayment[], wanted: Money | null): readonly Share[] | SplitProblem {
  const open = payments
    .filter(({ payment }) => payment.chargeId !== null)
    .map(({ payment, refunds, disputes }) => ({ payment, left: refundableOf(payment, refunds, disputes) }))
    .filter(({ left }) => left > 0n);
  const [newest] = open;
  if (!newest) {
    const wasPaid = payments.some(({ payment }) => payment.status === 'SUCCEEDED' && payment.amount.amount > 0n);
    return {
      path: ['purchaseId'],
      message: wasPaid ? 'has nothing left that can be given back' : 'was not paid: there is nothing to give back',
    };
  }
  const { currency } = newest.payment.amount;
  if (wanted && wanted.currency !== currency)
    return { path: ['amount', 'currency'], message: `must be ${currency}, in which it was paid` };
  const all = open.reduce((sum, { left }) => sum + left, 0n);
  if (wanted && wanted.amount > all)
    return { path: ['amount', 'amount'], message: `must be at most ${formatDecimal(all)}: no more can be given back` };
  return shares(open, wanted?.amount ?? all);
}

function shares(
  open: readonly { readonly payment: Share['payment']; readonly left: Decimal }[],
  wanted: Decimal,
): readonly Share[] {
  let rest = wanted;
  return open.flatMap(({ payment, left }) => {
    const amount = smaller(left, rest);
    rest -= amount;
    return amount > 0n ? [{ payment, amount: { amount, currency: payment.amount.currency } }] : [];
  });
}
