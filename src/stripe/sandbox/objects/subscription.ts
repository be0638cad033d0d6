/** Subscriptions and their items. */
import type Stripe from 'stripe';
import { type Period, periodAt } from '../billing/calendar.ts';
import { newObjectId, toUnixSeconds } from '../wire/object-id.ts';
import type { PricedLine } from './catalogue.ts';
import { intervalOf, planOf } from './plan.ts';

export interface SubscriptionFacts {
  readonly customer: string;
  readonly currency: string;
  /** What recurs. All have one interval. */
  readonly lines: readonly ItemFacts[];
  readonly metadata: Stripe.Metadata;
  readonly description?: string | undefined;
  /** The payment method of its invoices; null: the customer's default. */
  readonly method: string | null;
  /** Tax is added to its invoices; left out: no. */
  readonly isTaxed?: boolean | undefined;
}

export interface ItemFacts extends Pick<PricedLine, 'price' | 'quantity'> {
  readonly metadata?: Stripe.Metadata | undefined;
}

/** A subscription that waits for its first payment, and whose periods begin now. */
export function newSubscription(facts: SubscriptionFacts, now: Date): Stripe.Subscription {
  const id = newObjectId('sub');
  const created = toUnixSeconds(now);
  return {
    id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: facts.isTaxed ?? false, liability: null },
    billing_cycle_anchor: created,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: 'charge_automatically',
    created,
    currency: facts.currency,
    customer: facts.customer,
    customer_account: null,
    days_until_due: null,
    default_payment_method: facts.method,
    default_source: null,
    default_tax_rates: [],
    description: facts.description ?? null,
    discounts: [],
    ended_at: null,
    invoice_settings: { account_tax_ids: null, custom_fields: null, description: null, footer: null, issuer: { type: 'self' } },
    items: itemList(
      id,
      facts.lines.map((line) => newItem(line, { subscription: id, anchor: created, created })),
    ),
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    metadata: facts.metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: { payment_method_options: null, payment_method_types: null, save_default_payment_method: 'off' },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: created,
    status: 'incomplete',
    test_clock: null,
    transfer_data: null,
    trial_end: null,
    trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' } },
    trial_start: null,
  };
}

export interface ItemPlace {
  readonly subscription: string;
  readonly anchor: number;
  readonly created: number;
}

/** An item in the period of its price's interval that contains `created`. */
export function newItem(
  { price, quantity, metadata = {} }: ItemFacts,
  { subscription, anchor, created }: ItemPlace,
): Stripe.SubscriptionItem {
  const period = periodAt(anchor, intervalOf(price), created);
  return {
    id: newObjectId('si'),
    object: 'subscription_item',
    billing_thresholds: null,
    created,
    current_period_end: period.end,
    current_period_start: period.start,
    current_trial: null,
    discounts: [],
    metadata,
    plan: planOf(price),
    price,
    quantity,
    subscription,
    tax_rates: [],
  };
}

export function itemList(subscriptionId: string, items: Stripe.SubscriptionItem[]): Stripe.Subscription['items'] {
  return { object: 'list', data: items, has_more: false, url: `/v1/subscription_items?subscription=${subscriptionId}` };
}

/**
 * The subscription's present period. All items have the same one, because all have one interval.
 */
export function periodOf({ id, items }: Pick<Stripe.Subscription, 'id' | 'items'>): Period {
  const [first] = items.data;
  if (first === undefined) throw new Error(`The subscription ${id} has no items.`);
  return { start: first.current_period_start, end: first.current_period_end };
}

/** The subscription with all its items in this period. */
export function inPeriod(subscription: Stripe.Subscription, { start, end }: Period): Stripe.Subscription {
  const items = subscription.items.data.map((item) => ({ ...item, current_period_start: start, current_period_end: end }));
  return { ...subscription, items: itemList(subscription.id, items) };
}
