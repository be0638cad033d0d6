/** A checkout as it is stored: the session, and what its payment intent will be made of. */
import type Stripe from 'stripe';
import { newObjectId, toUnixSeconds } from '../wire/object-id.ts';
import type { PageUrl } from '../wire/page-url.ts';

export interface CheckoutRecord {
  /** With the payment intent's id, never expanded. */
  readonly session: Stripe.Checkout.Session;
  readonly lines: readonly Stripe.LineItem[];
  readonly intentParams: CheckoutIntentParams;
  readonly subscriptionParams?: CheckoutSubscriptionParams | undefined;
}

/** A checkout with the payment intent that the first attempt to pay made. */
export interface Checkout extends CheckoutRecord {
  readonly intent: Stripe.PaymentIntent | null;
}

export interface CheckoutIntentParams {
  readonly description?: string | undefined;
  readonly metadata: Stripe.Metadata;
  /** Saves the method with which the customer pays. */
  readonly setup_future_usage?: 'off_session' | 'on_session' | undefined;
}

/** What the subscription that a checkout makes carries. */
export interface CheckoutSubscriptionParams {
  readonly description?: string | undefined;
  readonly metadata: Stripe.Metadata;
}

export interface CheckoutParams {
  readonly mode: 'payment' | 'subscription' | 'setup';
  readonly success_url: string;
  readonly cancel_url?: string | undefined;
  readonly client_reference_id?: string | undefined;
  readonly metadata: Stripe.Metadata;
  readonly payment_intent_data: CheckoutIntentParams;
  /** Only in mode subscription. */
  readonly subscription_data?: CheckoutSubscriptionParams | undefined;
  readonly allow_promotion_codes?: boolean | undefined;
  readonly automatic_tax?: { readonly enabled: boolean } | undefined;
}

/** The default, and the longest, at Stripe. */
export const SESSION_LIFE_MS = 24 * 60 * 60 * 1_000;

export interface NewSession {
  readonly params: CheckoutParams;
  readonly lines: readonly Stripe.LineItem[];
  readonly totalMinor: number;
  readonly currency: string;
  readonly customer: Stripe.Customer | undefined;
  readonly urlOf: PageUrl;
  readonly now: Date;
}

export function newCheckout({ params, lines, totalMinor, currency, customer, urlOf, now }: NewSession): CheckoutRecord {
  const id = newObjectId('cs_test');
  const isTaxed = params.automatic_tax?.enabled ?? false;
  const session: Stripe.Checkout.Session = {
    id,
    object: 'checkout.session',
    adaptive_pricing: null,
    after_expiration: null,
    allow_promotion_codes: params.allow_promotion_codes ?? null,
    allowed_payment_method_types: null,
    amount_subtotal: totalMinor,
    amount_total: totalMinor,
    automatic_tax: { enabled: isTaxed, liability: null, provider: null, status: isTaxed ? 'requires_location_inputs' : null },
    billing_address_collection: null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: toUnixSeconds(now),
    currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: customer?.id ?? null,
    customer_account: null,
    customer_creation: customer === undefined ? 'if_required' : null,
    customer_details: customer === undefined ? null : detailsOf(customer),
    customer_email: null,
    discounts: [],
    expires_at: toUnixSeconds(new Date(now.getTime() + SESSION_LIFE_MS)),
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: null,
    managed_payments: null,
    metadata: params.metadata,
    mode: params.mode,
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: params.mode === 'subscription' ? 'always' : 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ['card'],
    payment_status: 'unpaid',
    permissions: null,
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: null,
    subscription: null,
    success_url: params.success_url,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: urlOf('checkout', id),
    wallet_options: null,
  };
  return { session, lines, intentParams: params.payment_intent_data, subscriptionParams: params.subscription_data };
}

function detailsOf(customer: Stripe.Customer): Stripe.Checkout.Session.CustomerDetails {
  return {
    address: null,
    business_name: null,
    email: customer.email,
    individual_name: null,
    name: customer.name ?? null,
    phone: null,
    tax_exempt: 'none',
    tax_ids: [],
  };
}
