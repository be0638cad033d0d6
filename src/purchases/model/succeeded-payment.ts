import type { Payment } from './payments.ts';
import type { Checkout } from './provider.ts';
import type { Purchase } from './types.ts';

type Known = Pick<Payment, 'id' | 'source' | 'amount' | 'chargeId'> &
  Partial<Pick<Payment, 'invoiceId' | 'receiptUrl' | 'invoiceUrl' | 'periodStart' | 'periodEnd'>>;

/** A payment whose money is there, as it is to be recorded; what is left out is null. Pure. */
export function succeededPayment(
  { id: purchaseId, customerId }: Pick<Purchase, 'id' | 'customerId'>,
  { invoiceId = null, receiptUrl = null, invoiceUrl = null, periodStart = null, periodEnd = null, ...known }: Known,
  { openedIn, now }: Pick<Checkout, 'openedIn'> & { readonly now: Date },
): Payment {
  return {
    ...known,
    ...{ purchaseId, customerId, attempt: 1, status: 'SUCCEEDED' },
    ...{ failureCode: null, failureReason: null, fraudWarning: null },
    ...{ invoiceId, receiptUrl, invoiceUrl, periodStart, periodEnd },
    ...{ paymentAccount: openedIn.account, paymentLive: openedIn.live },
    ...{ revision: 1, createdAt: now, settledAt: now },
  };
}
