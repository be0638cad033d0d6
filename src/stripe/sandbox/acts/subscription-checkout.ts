/** Pays a checkout in mode subscription: it makes the subscription and pays its first invoice. */
import type Stripe from 'stripe';
import type { Promotion } from '../objects/adjustment.ts';
import type { PricedLine } from '../objects/catalogue.ts';
import type { Checkout } from '../objects/checkout.ts';
import { newCustomer } from '../objects/customer.ts';
import type { TestMethod } from '../objects/test-methods.ts';
import { toUnixSeconds } from '../wire/object-id.ts';
import type { Act } from './act.ts';
import { namedCustomer } from './customers.ts';
import { makeMethod } from './methods.ts';
import { productOf } from './prices.ts';
import { subscribe } from './subscribe.ts';

/**
 * @returns the checkout, not written yet: complete, or open as before with the intent that says why
 * the bank refused.
 */
export async function subscribeOnPage(
  act: Act,
  checkout: Checkout,
  test: TestMethod,
  promotion: Promotion | undefined,
): Promise<Checkout> {
  const customer = await customerOf(act, checkout.session);
  const { metadata = {}, description } = checkout.subscriptionParams ?? {};
  const { intent, subscription } = await subscribe(act, {
    customer,
    lines: await Promise.all(checkout.lines.map((line) => pricedLineOf(act, line))),
    metadata,
    description,
    method: await makeMethod(act, test, customer.id),
    presence: 'on_page',
    promotion,
    isTaxed: checkout.session.automatic_tax.enabled,
  });
  if (subscription === undefined) return { ...checkout, intent };
  const session: Stripe.Checkout.Session = {
    ...checkout.session,
    customer: customer.id,
    invoice: subscription.latest_invoice,
    payment_status: intent === null ? 'no_payment_required' : intent.status === 'processing' ? 'unpaid' : 'paid',
    status: 'complete',
    subscription: subscription.id,
    url: null,
  };
  return { ...checkout, session, intent };
}

/** A subscription needs a customer: Checkout makes one where the session names none. */
async function customerOf({ records, now }: Act, { customer }: Stripe.Checkout.Session): Promise<Stripe.Customer> {
  if (typeof customer === 'string') return namedCustomer(records, customer);
  const made = newCustomer({ metadata: {} }, toUnixSeconds(now));
  await records.put('customer', made.id, made);
  return made;
}

async function pricedLineOf({ records }: Act, { id, price, quantity }: Stripe.LineItem): Promise<PricedLine> {
  if (price === null) throw new Error(`The line item ${id} has no price.`);
  return { price, product: await productOf(records, price), quantity: quantity ?? 1 };
}
