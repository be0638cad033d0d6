/** Refunds: money of a charge that is given back. */
import type Stripe from 'stripe';
import { newObjectId, toUnixSeconds } from '../wire/object-id.ts';

export interface RefundFacts {
  readonly amount: number;
  readonly status: 'pending' | 'succeeded';
  readonly reason?: Stripe.Refund.Reason | undefined;
  readonly metadata: Stripe.Metadata;
}

export function newRefund(charge: Stripe.Charge, { amount, status, reason, metadata }: RefundFacts, now: Date): Stripe.Refund {
  return {
    id: newObjectId('re'),
    object: 'refund',
    amount,
    balance_transaction: newObjectId('txn'),
    charge: charge.id,
    created: toUnixSeconds(now),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: { type: charge.payment_method_details?.type ?? 'card' },
    metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(status === 'pending' ? { pending_reason: 'processing' } : {}),
    reason: reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status,
    transfer_reversal: null,
  };
}

export function succeededRefund({ pending_reason: _, ...refund }: Stripe.Refund): Stripe.Refund {
  return { ...refund, status: 'succeeded' };
}

export function failedRefund({ pending_reason: _, ...refund }: Stripe.Refund): Stripe.Refund {
  return {
    ...refund,
    status: 'failed',
    failure_balance_transaction: newObjectId('txn'),
    failure_reason: 'expired_or_canceled_card',
  };
}
