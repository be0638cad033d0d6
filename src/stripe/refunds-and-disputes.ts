/**
 * Logs refunds and disputes. Brim does not act on them yet: what was granted stays granted. Each is
 * an error in the log that names the purchase and the sum, so that the operator can act.
 */
import { MissingAtProviderError } from '../purchases/model/provider.ts';
import { formatMoney } from '../values/money.ts';
import { installationOf, purchaseOf } from './checkout.ts';
import type { StripeConnection } from './connection.ts';
import { REFUND_OR_DISPUTE, type StripeEvent } from './event-schema.ts';
import { fromStripeMinor, stripeCounting } from './wire/minor-units.ts';

const TYPES = /^(?:charge\.refunded|charge\.dispute\.\w+|refund\.(?:created|updated|failed))$/;

export function isRefundOrDispute({ type }: StripeEvent): boolean {
  return TYPES.test(type);
}

export type RefundOrDisputeDeps = Pick<StripeConnection, 'stripe' | 'calls' | 'log' | 'installationId'>;

/**
 * @returns the id of the purchase that it logged; undefined where the payment is not this Brim's.
 */
export async function logRefundOrDispute(deps: RefundOrDisputeDeps, event: StripeEvent): Promise<string | undefined> {
  const read = REFUND_OR_DISPUTE.safeParse(event.data.object);
  if (!read.success) return undefined;
  const { id, payment_intent: paymentIntent, amount, amount_refunded: refunded, currency, status } = read.data;
  const metadata = await metadataOf(deps, read.data.metadata ?? null, paymentIntent ?? null);
  const purchaseId = purchaseOf({ metadata });
  if (purchaseId === null || (installationOf({ metadata }) ?? deps.installationId) !== deps.installationId) return undefined;
  const moved = refunded ?? amount;
  const sum = stripeCounting(currency) ? formatMoney(fromStripeMinor(moved, currency)) : `${moved} ${currency}`;
  deps.log.error(
    {
      purchaseId,
      amount: sum,
      eventType: event.type,
      objectId: id,
      status: status ?? null,
      paymentIntent: paymentIntent ?? null,
    },
    `stripe: ${event.type} of ${sum} for the purchase ${purchaseId}. Brim does not take back what it granted: do it with voidGrant or adjustBalance`,
  );
  return purchaseId;
}

/** Refunds and disputes do not carry Brim's metadata. Their payment does. */
async function metadataOf(
  { stripe, calls }: RefundOrDisputeDeps,
  own: Record<string, string> | null,
  paymentIntent: string | null,
): Promise<Record<string, string> | null> {
  if (purchaseOf({ metadata: own }) !== null || paymentIntent === null) return own;
  try {
    return (await calls.read(() => stripe.paymentIntents.retrieve(paymentIntent))).metadata;
  } catch (error) {
    if (error instanceof MissingAtProviderError) return null;
    throw error;
  }
}
