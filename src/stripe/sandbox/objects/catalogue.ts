/**
 * The products, prices and line items that a checkout makes. They have the SDK's types, so that the
 * compiler finds a field that Stripe would send and the sandbox does not.
 */
import Stripe from 'stripe';
import { newObjectId } from '../wire/object-id.ts';

export interface LineParams {
  readonly quantity: number;
  readonly price_data: {
    readonly currency: string;
    readonly unit_amount: number;
    readonly product_data: {
      readonly name: string;
      readonly description?: string | undefined;
      readonly metadata: Stripe.Metadata;
    };
  };
}

export function newProduct(params: LineParams['price_data']['product_data'], created: number): Stripe.Product {
  return {
    id: newObjectId('prod'),
    object: 'product',
    // As at Stripe: a product made through price_data belongs to one session and is not in the
    // catalogue.
    active: false,
    created,
    default_price: null,
    description: params.description ?? null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: params.metadata,
    name: params.name,
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

export function newPrice(params: LineParams['price_data'], product: Stripe.Product, created: number): Stripe.Price {
  return {
    id: newObjectId('price'),
    object: 'price',
    active: false,
    billing_scheme: 'per_unit',
    created,
    currency: params.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: null,
    metadata: {},
    nickname: null,
    product: product.id,
    recurring: null,
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: 'one_time',
    unit_amount: params.unit_amount,
    unit_amount_decimal: Stripe.Decimal.from(params.unit_amount),
  };
}

export function newLineItem(params: LineParams, price: Stripe.Price): Stripe.LineItem {
  const amount = params.price_data.unit_amount * params.quantity;
  return {
    id: newObjectId('li'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: params.price_data.currency,
    description: params.price_data.product_data.name,
    metadata: {},
    price,
    quantity: params.quantity,
  };
}
