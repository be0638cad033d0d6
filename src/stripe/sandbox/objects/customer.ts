/** A customer of the account. */
import type Stripe from 'stripe';
import { newObjectId } from '../wire/object-id.ts';

export interface CustomerFacts {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly description?: string | undefined;
  readonly metadata: Stripe.Metadata;
}

export function newCustomer(params: CustomerFacts, created: number): Stripe.Customer {
  return {
    id: newObjectId('cus'),
    object: 'customer',
    address: null,
    balance: 0,
    created,
    currency: null,
    default_source: null,
    delinquent: false,
    description: params.description ?? null,
    discount: null,
    email: params.email ?? null,
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    metadata: params.metadata,
    name: params.name ?? null,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
}
