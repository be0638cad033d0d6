/** The payment that an invoice is: one that succeeded, or one that failed so far. Pure. */
import type { Payment } from '../model/payments.ts';
import type { Invoice, Subscription } from '../model/provider-subscriptions.ts';
import { succeededPayment } from '../model/succeeded-payment.ts';
import type { Purchase } from '../model/types.ts';
import type { Renewal } from './renewal.ts';

/** The payment of an invoice that was not paid when the provider tried to collect it. */
export function failedPaymentOf(
  id: string,
  purchase: Pick<Purchase, 'id' | 'customerId'>,
  invoice: Invoice,
  subscription: Pick<Subscription, 'openedIn'>,
  renewal: Renewal | null,
  now: Date,
): Payment {
  return {
    ...paymentOf(id, purchase, invoice, subscription, renewal, now),
    status: 'FAILED',
    amount: invoice.due,
    failureReason: 'The invoice could not be collected. It can be paid at its page.',
    settledAt: null,
  };
}

/** @param id that of the payment that was recorded when the invoice failed, or a new one. */
export function paymentOf(
  id: string,
  purchase: Pick<Purchase, 'id' | 'customerId'>,
  { id: invoiceId, paid: amount, chargeId, invoiceUrl }: Invoice,
  { openedIn }: Pick<Subscription, 'openedIn'>,
  renewal: Renewal | null,
  now: Date,
): Payment {
  const period = { periodStart: renewal?.period.start ?? null, periodEnd: renewal?.period.end ?? null };
  const known = { id, source: 'INVOICE', amount, chargeId, invoiceId, invoiceUrl, ...period } as const;
  return succeededPayment(purchase, known, { openedIn, now });
}
