/**
 * Records the payment method that a paid page kept. Its own event tells of it, too; this does not
 * wait for that event, which may be late or never come.
 */
import type { Log } from '../../platform/log.ts';
import type { PaymentProvider } from '../model/provider.ts';
import type { Purchase } from '../model/types.ts';

export interface RecordMethodDeps {
  readonly provider: Pick<PaymentProvider, 'recordMethod'>;
  readonly log: Log;
}

/** True where the purchase's page keeps the payment method, as the pages of what recurs do. */
export function savesMethod({ checkout }: Pick<Purchase, 'checkout'>): boolean {
  if (checkout === null) return false;
  return checkout.savePaymentMethod === true || checkout.lines.some(({ recurring }) => recurring !== undefined);
}

/** It never rejects: the purchase is paid, whatever is known of its method. */
export async function recordMethod(
  { provider, log }: RecordMethodDeps,
  { customerId, id: purchaseId }: Pick<Purchase, 'customerId' | 'id'>,
): Promise<void> {
  await provider.recordMethod(customerId).catch((error: unknown) => {
    log.warn({ err: error, customerId, purchaseId }, 'purchases: the saved payment method could not be read');
  });
}
