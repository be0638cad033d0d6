/** Invoices. Amounts in minor units. */
import type Stripe from 'stripe';
import type { Period } from '../billing/calendar.ts';
import { newObjectId, toUnixSeconds } from '../wire/object-id.ts';
import { invoiceTotals, type Promotion } from './adjustment.ts';

export interface InvoiceFacts {
  readonly subscription: Stripe.Subscription;
  readonly customer: Stripe.Customer;
  readonly lines: readonly Stripe.InvoiceLineItem[];
  readonly reason: 'subscription_create' | 'subscription_cycle' | 'subscription_update' | 'upcoming';
  /** The period in which what it asks for came together: for a renewal, the one that ended. */
  readonly period: Period;
  /** False where it stays a draft until somebody finalizes it. */
  readonly autoAdvance: boolean;
  /** What the customer's promotion code takes off this invoice. */
  readonly promotion?: Promotion | undefined;
  /** When Stripe finalizes it by itself; null: at once, or never. */
  readonly finalizesAt: number | null;
}

const NO_TAX = { disabled_reason: null, liability: null, provider: null };

/** A draft. `amount_due` becomes exact when it is finalized, as the customer's balance is then. */
export function newInvoice(facts: InvoiceFacts, now: Date): Stripe.Invoice {
  const { subscription, customer, reason, period } = facts;
  const id = newObjectId('in');
  const subtotal = facts.lines.reduce((sum, { amount }) => sum + amount, 0);
  const isTaxed = subscription.automatic_tax.enabled;
  const totals = invoiceTotals(subtotal, { promotion: facts.promotion, isTaxed });
  const { total } = totals;
  return {
    id,
    object: 'invoice',
    account_country: 'US',
    account_name: 'Brim sandbox',
    account_tax_ids: null,
    amount_due: Math.max(0, total),
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: Math.max(0, total),
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: facts.autoAdvance,
    automatic_tax: { ...NO_TAX, enabled: isTaxed, status: isTaxed ? 'complete' : null },
    automatically_finalizes_at: facts.finalizesAt,
    billing_reason: reason,
    collection_method: 'charge_automatically',
    created: toUnixSeconds(now),
    currency: subscription.currency,
    custom_fields: null,
    customer: customer.id,
    customer_account: null,
    customer_address: null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: null,
    customer_shipping: null,
    customer_tax_exempt: 'none',
    customer_tax_ids: [],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    due_date: null,
    effective_at: null,
    ending_balance: null,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: {
      object: 'list',
      data: facts.lines.map((line) => ({ ...line, invoice: id })),
      has_more: false,
      url: `/v1/invoices/${id}/lines`,
    },
    livemode: false,
    metadata: {},
    next_payment_attempt: facts.finalizesAt,
    number: null,
    on_behalf_of: null,
    parent: {
      quote_details: null,
      subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
      type: 'subscription_details',
    },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: period.end,
    period_start: period.start,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: customer.balance,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    ...totals,
    test_clock: null,
    total_pretax_credit_amounts: [],
    webhooks_delivered_at: null,
  };
}

/** The id of the subscription that the invoice is for. */
export function subscriptionOf({ id, parent }: Pick<Stripe.Invoice, 'id' | 'parent'>): string {
  const subscription = parent?.subscription_details?.subscription;
  if (typeof subscription !== 'string') throw new Error(`The invoice ${id} is for no subscription.`);
  return subscription;
}
