/** The lines of invoices, and the items that wait for the next invoice. Amounts in minor units. */
import Stripe from 'stripe';
import type { Period } from '../billing/calendar.ts';
import { amountText } from '../wire/amount-text.ts';
import { newObjectId } from '../wire/object-id.ts';
import { amountOf, type PricedLine } from './catalogue.ts';

export interface LineFacts {
  /** Below zero: a credit. */
  readonly amount: number;
  readonly description: string;
  readonly period: Period;
  readonly price: Pick<Stripe.Price, 'id' | 'currency' | 'product' | 'unit_amount_decimal'>;
  readonly quantity: number;
  readonly subscription: string;
  /** The item of the subscription that it is for; left out: a price that is paid once. */
  readonly item?: string | undefined;
  /** The part of a period that a change in its middle costs, or gives back. */
  readonly proration?: boolean | undefined;
  readonly metadata?: Stripe.Metadata | undefined;
}

/** A line that belongs to no invoice yet. */
export function newInvoiceLine(facts: LineFacts): Stripe.InvoiceLineItem {
  const { amount, description, period, price, quantity, subscription, metadata = {} } = facts;
  return {
    id: newObjectId('il'),
    object: 'line_item',
    amount,
    currency: price.currency,
    description,
    discount_amounts: [],
    discountable: facts.proration !== true,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata,
    parent: parentOf(facts),
    period: { start: period.start, end: period.end },
    pretax_credit_amounts: [],
    pricing: {
      price_details: { price: price.id, product: String(price.product) },
      type: 'price_details',
      unit_amount_decimal: price.unit_amount_decimal,
    },
    quantity,
    quantity_decimal: Stripe.Decimal.from(quantity),
    subscription,
    subtotal: amount,
    taxes: [],
  };
}

function parentOf({ item, proration = false, subscription }: LineFacts): Stripe.InvoiceLineItem.Parent {
  const shared = { proration, proration_details: proration ? { credited_items: null } : null, subscription };
  if (item === undefined) {
    return {
      invoice_item_details: { ...shared, invoice_item: newObjectId('ii') },
      subscription_item_details: null,
      type: 'invoice_item_details',
    };
  }
  return {
    invoice_item_details: null,
    subscription_item_details: {
      ...shared,
      invoice_item: proration ? newObjectId('ii') : null,
      subscription_item: item,
    },
    type: 'subscription_item_details',
  };
}

/** The line for an item of a subscription in one period. */
export function periodLine(
  { id, price, quantity = 1, metadata, subscription }: Stripe.SubscriptionItem,
  { name }: Pick<Stripe.Product, 'name'>,
  period: Period,
): Stripe.InvoiceLineItem {
  const each = `${amountText(price.unit_amount ?? 0, price.currency)} / ${intervalText(price)}`;
  return newInvoiceLine({
    amount: amountOf({ price, quantity }),
    description: `${quantity} × ${name} (at ${each})`,
    period,
    price,
    quantity,
    subscription,
    item: id,
    metadata,
  });
}

/** The line for a price that is paid once, with a subscription's first invoice. */
export function onceLine({ price, product, quantity }: PricedLine, subscription: string, at: number): Stripe.InvoiceLineItem {
  return newInvoiceLine({
    amount: amountOf({ price, quantity }),
    description: product.name,
    period: { start: at, end: at },
    price,
    quantity,
    subscription,
  });
}

function intervalText({ recurring }: Stripe.Price): string {
  if (recurring === null) return 'once';
  return recurring.interval_count === 1 ? recurring.interval : `every ${recurring.interval_count} ${recurring.interval}s`;
}
