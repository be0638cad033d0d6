/**
 * What is returned of a charge, as Stripe has it, and refunds that Brim makes there.
 *
 * A refund's idempotency key belongs to Brim's refund, and its metadata names it. So an answer that
 * was lost is found again, under the key or in the list of the charge's refunds.
 */
import type Stripe from 'stripe';
import { PaymentProviderError } from '../purchases/model/provider.ts';
import type { ReturnsProvider } from '../purchases/model/provider-returns.ts';
import { installationOf, namesOf, purchaseOf } from './checkout.ts';
import type { StripeConnection } from './connection.ts';
import { refundKey } from './idempotency-keys.ts';
import { toBlocked, toDispute, toFraudWarning, toRefund } from './returned-objects.ts';
import { sharedReads } from './shared-reads.ts';
import { toStripeMinor } from './wire/minor-units.ts';

/** A charge has a few. One with more than this was refunded cent by cent. */
const MOST = 1_000;
const PAGE = 100;

interface Read {
  readonly refunds: readonly Stripe.Refund[];
  readonly disputes: readonly Stripe.Dispute[];
  readonly warnings: readonly Stripe.Radar.EarlyFraudWarning[];
}

export function stripeReturns({ stripe, calls, installationId }: StripeConnection): ReturnsProvider {
  /** Warnings move no money. A key that may not read them must not keep refunds from being seen. */
  const readWarnings = (about: Stripe.Radar.EarlyFraudWarningListParams) =>
    calls
      .read(() => stripe.radar.earlyFraudWarnings.list(about).autoPagingToArray({ limit: MOST }))
      .catch((error: unknown) => {
        if (error instanceof PaymentProviderError && error.trouble === 'permission') return [];
        throw error;
      });

  const reads = sharedReads<Read>({
    read: async (chargeId, onBegin) => {
      const about = { payment_intent: chargeId, limit: PAGE };
      const refunds = await calls.read(() => {
        onBegin();
        return stripe.refunds.list(about).autoPagingToArray({ limit: MOST });
      });
      const disputes = await calls.read(() => stripe.disputes.list(about).autoPagingToArray({ limit: MOST }));
      return { refunds, disputes, warnings: await readWarnings(about) };
    },
    isFinal: () => false,
  });

  /** A charge of a subscription names nothing itself. Its invoice does. */
  async function invoicedBy(chargeId: string): Promise<{ readonly metadata: Stripe.Metadata | null }> {
    const payment = { type: 'payment_intent', payment_intent: chargeId } as const;
    const [paid] = (await calls.read(() => stripe.invoicePayments.list({ payment, limit: 1 }))).data;
    if (!paid) return { metadata: null };
    const invoiceId = typeof paid.invoice === 'string' ? paid.invoice : paid.invoice.id;
    const { parent } = await calls.read(() => stripe.invoices.retrieve(invoiceId));
    return { metadata: parent?.subscription_details?.metadata ?? null };
  }

  return {
    async readReturns({ chargeId, paid }) {
      const { refunds, disputes, warnings } = await reads(chargeId, performance.now());
      return {
        refunds: refunds.map((refund) => toRefund(refund, installationId)),
        disputes: disputes.map((dispute) => toDispute(dispute, paid)),
        fraudWarning: toFraudWarning(warnings),
      };
    },

    async refund({ refundId, purchaseId, chargeId, amount }) {
      const params: Stripe.RefundCreateParams = {
        payment_intent: chargeId,
        amount: toStripeMinor(amount),
        metadata: { ...namesOf(purchaseId, installationId), brim_refund_id: refundId },
      };
      const idempotencyKey = refundKey(refundId);
      return toRefund(await calls.write(() => stripe.refunds.create(params, { idempotencyKey })), installationId);
    },

    async readBlocked(chargeId) {
      const charges = await calls.read(() => stripe.charges.list({ payment_intent: chargeId, limit: PAGE }));
      return toBlocked(charges.data);
    },

    async readChargeOwner(chargeId) {
      const charge = await calls.read(() => stripe.paymentIntents.retrieve(chargeId));
      const named = purchaseOf(charge) === null ? await invoicedBy(chargeId) : charge;
      return { purchaseId: purchaseOf(named), installationId: installationOf(named) };
    },
  };
}
