/**
 * Products, prices, and the line items of a checkout. They have the SDK's types, so that the
 * compiler finds a field that Stripe would send and the sandbox does not.
 */
import Stripe from 'stripe';
import { newObjectId } from '../wire/object-id.ts';

export interface ProductFacts {
  readonly id?: string | undefined;
  readonly name: string;
  readonly description?: string | undefined;
  readonly metadata: Stripe.Metadata;
  /**
   * False for what `price_data` makes: it belongs to one session or subscription, and is not in the
   * catalogue.
   */
  readonly active: boolean;
}

export interface PriceFacts {
  readonly currency: string;
  /** In minor units. */
  readonly unit_amount: number;
  /** Left out: the price is paid once. */
  readonly recurring?: RecurringFacts | undefined;
  readonly metadata?: Stripe.Metadata | undefined;
  readonly nickname?: string | undefined;
  readonly lookup_key?: string | undefined;
  /** As a product's. */
  readonly active: boolean;
}

export interface RecurringFacts {
  readonly interval: 'day' | 'week' | 'month' | 'year';
  readonly interval_count: number;
}

export function newProduct({ id, name, description, metadata, active }: ProductFacts, created: number): Stripe.Product {
  return {
    id: id ?? newObjectId('prod'),
    object: 'product',
    active,
    created,
    default_price: null,
    description: description ?? null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata,
    name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: created,
    url: null,
  };
}

export function newPrice(facts: PriceFacts, productId: string, created: number): Stripe.Price {
  const { recurring } = facts;
  return {
    id: newObjectId('price'),
    object: 'price',
    active: facts.active,
    billing_scheme: 'per_unit',
    created,
    currency: facts.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: facts.lookup_key ?? null,
    metadata: facts.metadata ?? {},
    nickname: facts.nickname ?? null,
    product: productId,
    recurring: recurring ? { ...recurring, meter: null, trial_period_days: null, usage_type: 'licensed' } : null,
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: recurring ? 'recurring' : 'one_time',
    unit_amount: facts.unit_amount,
    unit_amount_decimal: Stripe.Decimal.from(facts.unit_amount),
  };
}

/** A price with the product that it sells, and how often. */
export interface PricedLine {
  readonly price: Stripe.Price;
  readonly product: Stripe.Product;
  readonly quantity: number;
}

/** What the line costs once, in minor units. */
export function amountOf({ price, quantity }: Pick<PricedLine, 'price' | 'quantity'>): number {
  return (price.unit_amount ?? 0) * quantity;
}

export function newLineItem(line: PricedLine): Stripe.LineItem {
  const amount = amountOf(line);
  return {
    id: newObjectId('li'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: line.price.currency,
    description: line.product.name,
    metadata: {},
    price: line.price,
    quantity: line.quantity,
  };
}
