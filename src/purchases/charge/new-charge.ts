/** A charge of a saved payment method, as it is recorded before the provider hears of it. Pure. */
import type { Chargeable } from '../model/provider-charges.ts';
import type { Purchase } from '../model/types.ts';
import type { RecordedCharge } from '../tables/charges.ts';

export function newCharge(
  paymentId: string,
  { id: purchaseId, customerId, total, checkout, createdAt }: Purchase,
  { methodId, payerId, openedIn }: Chargeable,
  installationId: string,
): RecordedCharge {
  if (!total) throw new Error('A purchase that costs nothing is not charged.');
  const lines = checkout?.lines ?? [];
  const nothingYet = { failureCode: null, failureReason: null, fraudWarning: null, chargeId: null, settledAt: null };
  return {
    payment: {
      ...{ id: paymentId, purchaseId, customerId, source: 'SAVED_METHOD', attempt: 1, status: 'PENDING', amount: total },
      ...nothingYet,
      ...{ invoiceId: null, receiptUrl: null, invoiceUrl: null, periodStart: null, periodEnd: null },
      ...{ paymentAccount: openedIn.account, paymentLive: openedIn.live, revision: 1, createdAt },
    },
    request: {
      ...{ paymentId, purchaseId, installationId, payerId, methodId, amount: total, openedIn },
      description: lines.map(({ description }) => description).join(', '),
      metadata: checkout?.metadata ?? {},
      ...(lines.some(({ recurring }) => recurring !== undefined) ? { lines } : {}),
    },
  };
}
