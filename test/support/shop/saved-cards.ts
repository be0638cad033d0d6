/** Customers with a saved payment method, which Brim can charge without a page. */
import type Stripe from 'stripe';
import { expect } from 'vitest';
import { openStripe } from '../../../src/stripe/client.ts';
import type { TestBrim } from '../brim.ts';
import type { Sql } from '../witness.ts';
import { createCustomer } from './customers.ts';
import { ACCOUNT_KEY } from './stripe-account.ts';

/** The sandbox of a Brim, called as Stripe's own users call Stripe. */
export function stripeOf({ url }: Pick<TestBrim, 'url'>): Stripe {
  return openStripe({ secretKey: ACCOUNT_KEY, apiUrl: `${url}/sandbox/stripe` });
}

export interface Cards {
  readonly brim: Pick<TestBrim, 'url' | 'data'>;
  readonly stripe: Stripe;
  readonly sql: Sql;
}

/** A new customer with a saved test card. @returns the id of the customer at Stripe. */
export async function withCard(cards: Cards, customerId: string, card = 'pm_card_visa'): Promise<string> {
  await createCustomer(cards.brim, customerId);
  return saveCard(cards, customerId, card);
}

/** Saves a test card in place of the one that the customer had. */
export async function saveCard({ brim, stripe, sql }: Cards, customerId: string, card = 'pm_card_visa'): Promise<string> {
  const { createPortalSession } = await brim.data(
    'mutation ($input: CreatePortalSessionInput!) { createPortalSession(input: $input) { __typename } }',
    { input: { customerId, returnUrl: 'https://app.example' } },
  );
  expect(createPortalSession).toEqual({ __typename: 'CreatePortalSessionSuccess' });
  const [payer] = await sql.rows<{ id: string }>('SELECT provider_id AS id FROM payer WHERE customer_id = $1', [customerId]);
  const customer = payer?.id ?? '';
  const method = await stripe.paymentMethods.attach(card, { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
  await sql.rows(
    `UPDATE payer SET method_id = $2, method_type = $3, method_brand = $4, method_last4 = $5, method_fingerprint = $6,
       method_expires_month = $7, method_expires_year = $8, method_failed = false WHERE customer_id = $1`,
    [
      ...[customerId, method.id, method.type, method.card?.brand, method.card?.last4, method.card?.fingerprint],
      ...[method.card?.exp_month, method.card?.exp_year],
    ],
  );
  return customer;
}

/** A customer's payment intents at Stripe by status, the oldest first. */
export async function intentsOf({ stripe }: Pick<Cards, 'stripe'>, customer: string): Promise<readonly string[]> {
  const { data } = await stripe.paymentIntents.list({ customer, limit: 100 });
  return data.map(({ status }) => String(status)).reverse();
}
