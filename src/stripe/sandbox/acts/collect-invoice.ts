/** Collects open invoices with a payment intent that each keeps for all its attempts. */
import type Stripe from 'stripe';
import { subscriptionOf } from '../objects/invoice.ts';
import { intentIdOf, newInvoicePayment } from '../objects/invoice-payment.ts';
import type { Act } from './act.ts';
import type { Presence } from './attempt-outcome.ts';
import { attemptCharge } from './attempts.ts';
import { makeIntent } from './intents.ts';
import { failInvoice } from './invoice-outcomes.ts';
import { lockSubscription } from './write-subscription.ts';

export interface Collection {
  /** Null: the subscription's, or else the customer's default. */
  readonly method: Stripe.PaymentMethod | null;
  readonly presence: Presence;
}

/** @returns the intent after the attempt; undefined where there is nothing to charge. */
export async function collectInvoice(
  act: Act,
  open: Stripe.Invoice,
  { method: named, presence }: Collection,
): Promise<Stripe.PaymentIntent | undefined> {
  const intent = await intentOf(act, open);
  if (intent.status === 'processing') return intent;
  const method = named ?? (await usualMethod(act, await lockSubscription(act, subscriptionOf(open))));
  if (method !== undefined) return attemptCharge(act, intent, method, presence);
  await failInvoice(act, open, undefined);
  return undefined;
}

/** The subscription's payment method, or else the customer's default. */
export async function usualMethod(
  { records }: Act,
  { customer: customerId, default_payment_method: own }: Stripe.Subscription,
): Promise<Stripe.PaymentMethod | undefined> {
  const customer = await records.find('customer', String(customerId));
  const theirs = customer === undefined || customer.deleted === true ? null : customer.invoice_settings.default_payment_method;
  for (const id of [own, theirs]) {
    const method = typeof id === 'string' ? await records.find('payment_method', id) : undefined;
    if (method?.customer === customerId) return method;
  }
  return undefined;
}

/** The invoice's payment intent. The first attempt makes it. */
async function intentOf(act: Act, invoice: Stripe.Invoice): Promise<Stripe.PaymentIntent> {
  const [payment] = await act.records.list('invoice_payment', { where: { invoice: invoice.id, is_default: true }, limit: 1 });
  const present = payment && (await act.records.lock('payment_intent', intentIdOf(payment)));
  if (present !== undefined) return present;
  const intent = await makeIntent(act, {
    amount: invoice.amount_due,
    currency: invoice.currency,
    customer: String(invoice.customer),
    description: 'Subscription update',
    metadata: {},
  });
  const made = newInvoicePayment(invoice, intent.id, act.now);
  await act.records.put('invoice_payment', made.id, made);
  return intent;
}
