/**
 * What the outcome of a payment intent means for the invoice that it pays, and for the invoice's
 * subscription.
 */
import type Stripe from 'stripe';
import { subscriptionOf } from '../objects/invoice.ts';
import { paidInvoicePayment } from '../objects/invoice-payment.ts';
import type { Act } from './act.ts';
import { lockInvoice, settleInvoice } from './invoices.ts';
import { changeSubscription, lockSubscription } from './write-subscription.ts';

/** The intent was paid: so is its invoice, if it has one. */
export async function intentSucceeded(act: Act, intent: Stripe.PaymentIntent): Promise<void> {
  const payment = await paymentWith(act, intent);
  if (payment !== undefined) await settleInvoicePayment(act, payment);
}

/** Marks the invoice as paid; its subscription is active again. */
export async function settleInvoicePayment(act: Act, payment: Stripe.InvoicePayment): Promise<void> {
  const paid = paidInvoicePayment(payment, act.now);
  await act.records.put('invoice_payment', paid.id, paid);
  await act.records.addEvent({ type: 'invoice_payment.paid', object: paid }, act.now);
  const open = await lockInvoice(act, String(payment.invoice));
  const invoice = await settleInvoice(act, { ...open, attempt_count: open.attempt_count + 1 });
  await reactivate(act, invoice);
}

const BEHIND = ['incomplete', 'past_due', 'unpaid'];

/** The latest invoice is paid, so the subscription is no longer behind. */
async function reactivate(act: Act, invoice: Stripe.Invoice): Promise<void> {
  const before = await lockSubscription(act, subscriptionOf(invoice));
  if (before.latest_invoice !== invoice.id || !BEHIND.includes(before.status)) return;
  await changeSubscription(act, { before, after: { ...before, status: 'active' } });
}

async function paymentWith({ records }: Act, intent: Stripe.PaymentIntent): Promise<Stripe.InvoicePayment | undefined> {
  const [payment] = await records.list('invoice_payment', { where: { payment: { payment_intent: intent.id } }, limit: 1 });
  return payment;
}
