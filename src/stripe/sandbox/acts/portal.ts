/** What a customer does in the billing portal, and what networks do with saved cards. */
import type Stripe from 'stripe';
import { typeOf } from '../objects/payment-method.ts';
import type { Refusal } from '../objects/refusals.ts';
import type { TestMethod } from '../objects/test-methods.ts';
import type { Act } from './act.ts';
import { changeCustomer, namedCustomer } from './customers.ts';
import { attachMethod, makeMethod, savingRefusal } from './methods.ts';

/** Saves a card and makes it the default. @returns why the bank refuses it, where it does. */
export async function addDefaultCard(act: Act, customerId: string, test: TestMethod): Promise<Refusal | undefined> {
  const method = await makeMethod(act, test, customerId);
  const refusal = savingRefusal(method);
  if (refusal !== undefined) return refusal;
  await attachMethod(act, method, customerId);
  const customer = await namedCustomer(act.records, customerId);
  const settings = { ...customer.invoice_settings, default_payment_method: method.id };
  await changeCustomer(act, customer, { invoice_settings: settings });
  return undefined;
}

export interface CardChanges {
  /** Another test card stands behind the method: it may decline from now on. */
  readonly test?: TestMethod | undefined;
  readonly expMonth?: number | undefined;
  readonly expYear?: number | undefined;
}

/** The network renews a saved card: its number, or when it expires. */
export async function renewCard(act: Act, method: Stripe.PaymentMethod, changes: CardChanges): Promise<Stripe.PaymentMethod> {
  const { test, expMonth, expYear } = changes;
  const renewed: Stripe.PaymentMethod = { ...method, ...(test === undefined ? {} : typeOf(test, act.now)) };
  if (renewed.card !== undefined)
    renewed.card = { ...renewed.card, exp_month: expMonth ?? renewed.card.exp_month, exp_year: expYear ?? renewed.card.exp_year };
  await act.records.put('payment_method', renewed.id, renewed);
  const previous = { card: method.card };
  await act.records.addEvent({ type: 'payment_method.automatically_updated', object: renewed, previous }, act.now);
  return renewed;
}
