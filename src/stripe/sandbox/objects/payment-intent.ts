/** A payment intent, before anybody tried to pay. */
import type Stripe from 'stripe';
import { newObjectId, toUnixSeconds } from '../wire/object-id.ts';

export interface IntentFacts {
  readonly amount: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description?: string | undefined;
  readonly setup_future_usage?: 'off_session' | 'on_session' | undefined;
  readonly metadata: Stripe.Metadata;
  readonly payment_method?: string | undefined;
}

export function newIntent(facts: IntentFacts, now: Date): Stripe.PaymentIntent {
  const { amount, currency, customer, description, setup_future_usage = null, metadata, payment_method = null } = facts;
  const id = newObjectId('pi');
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_sandbox`,
    confirmation_method: 'automatic',
    created: toUnixSeconds(now),
    currency,
    customer,
    customer_account: null,
    description: description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: payment_method === null ? 'requires_payment_method' : 'requires_confirmation',
    transfer_group: null,
  };
}
