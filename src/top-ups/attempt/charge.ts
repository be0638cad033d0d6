/** Charges what an intent has begun, and says what came of it. */
import { PaymentFailedError } from '../../purchases/model/errors.ts';
import type { Purchase } from '../../purchases/model/types.ts';
import type { Purchases } from '../../purchases/purchases.ts';
import { formatDecimal } from '../../values/decimal.ts';
import { DomainError, InvalidInputError, isTransient } from '../../values/errors.ts';
import type { Begun, Intent } from '../model/types.ts';

/**
 * - paid: the purchase is active, with its grants.
 * - declined: the provider refused for this time.
 * - refused: nothing could be asked of the provider.
 * - waits: it is not known yet what comes of it; the same request finds out later.
 */
export type Charged =
  | { readonly outcome: 'paid'; readonly purchaseId: string }
  | { readonly outcome: 'declined'; readonly purchaseId: string; readonly reason: string; readonly code: string | null }
  | { readonly outcome: 'refused'; readonly reason: string }
  | { readonly outcome: 'waits'; readonly purchaseId: string | null; readonly cause?: unknown };

/** One key for each intent: however many processes try, and however often, it is charged once. */
export async function charge(
  purchases: Pick<Purchases, 'attachAutomatically' | 'payments'>,
  { id, customerId, featureId }: Intent,
  { planId, quantity }: Begun,
): Promise<Charged> {
  try {
    const { purchase } = await purchases.attachAutomatically({
      ...{ customerId, planId, checkout: 'NEVER', idempotencyKey: `auto_top_up:${id}` },
      featureQuantities: [{ featureId, quantity: formatDecimal(quantity) }],
    });
    return outcomeOf(purchase);
  } catch (error) {
    if (error instanceof PaymentFailedError) return declined(purchases, error.purchase);
    if (error instanceof InvalidInputError) return { outcome: 'refused', reason: reasonOf(error) };
    if (isTransient(error) || !(error instanceof DomainError)) return { outcome: 'waits', purchaseId: null, cause: error };
    return { outcome: 'refused', reason: error.message };
  }
}

function outcomeOf({ id: purchaseId, status, settledAt, failureReason }: Purchase): Charged {
  if (settledAt) return { outcome: 'paid', purchaseId };
  if (status === 'PENDING') return { outcome: 'waits', purchaseId };
  return { outcome: 'declined', purchaseId, reason: failureReason ?? 'The purchase was not paid.', code: null };
}

async function declined(
  { payments }: Pick<Purchases, 'payments'>,
  { id: purchaseId, failureReason }: Purchase,
): Promise<Charged> {
  const failed = (await payments.ofPurchase(purchaseId)).find(({ status }) => status === 'FAILED');
  const reason = failed?.failureReason ?? failureReason ?? 'The payment was declined.';
  return { outcome: 'declined', purchaseId, reason, code: failed?.failureCode ?? null };
}

/** The first sentence of what is wrong, with its path where one is named. */
export function reasonOf({ issues }: InvalidInputError): string {
  const [issue] = issues;
  return issue ? `${issue.path.join('.')} ${issue.message}`.trim() : 'The plan cannot be attached.';
}
