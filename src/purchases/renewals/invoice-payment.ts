/** The payment that a paid invoice is. Pure. */
import type { Payment } from '../model/payments.ts';
import type { Invoice, Subscription } from '../model/provider-subscriptions.ts';
import type { Purchase } from '../model/types.ts';
import type { Renewal } from './renewal.ts';

/** @param id that of the payment that was recorded when the invoice failed, or a new one. */
export function paymentOf(
  id: string,
  { id: purchaseId, customerId }: Pick<Purchase, 'id' | 'customerId'>,
  invoice: Invoice,
  { openedIn }: Pick<Subscription, 'openedIn'>,
  renewal: Renewal | null,
  now: Date,
): Payment {
  return {
    id,
    purchaseId,
    customerId,
    source: 'INVOICE',
    attempt: 1,
    status: 'SUCCEEDED',
    amount: invoice.paid,
    failureCode: null,
    failureReason: null,
    chargeId: invoice.chargeId,
    invoiceId: invoice.id,
    receiptUrl: null,
    invoiceUrl: invoice.invoiceUrl,
    fraudWarning: null,
    periodStart: renewal?.period.start ?? null,
    periodEnd: renewal?.period.end ?? null,
    paymentAccount: openedIn.account,
    paymentLive: openedIn.live,
    revision: 1,
    createdAt: now,
    settledAt: now,
  };
}
