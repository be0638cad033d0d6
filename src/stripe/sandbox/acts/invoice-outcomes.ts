/**
 * What the outcome of a payment intent means for the invoice that it pays, and for the invoice's
 * subscription.
 */
import type Stripe from 'stripe';
import { DAY_SECONDS } from '../billing/calendar.ts';
import { DUNNING_ID, USUAL_DUNNING } from '../billing/retries.ts';
import { subscriptionOf } from '../objects/invoice.ts';
import { paidInvoicePayment } from '../objects/invoice-payment.ts';
import { toUnixSeconds } from '../wire/object-id.ts';
import type { Act } from './act.ts';
import { lockInvoice, putInvoice, settleInvoice } from './invoices.ts';
import { changeSubscription, endSubscription, lockSubscription } from './write-subscription.ts';

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

/** The intent was refused: so was the payment of its invoice, if it has one. */
export async function intentFailed(act: Act, intent: Stripe.PaymentIntent): Promise<void> {
  const payment = await paymentWith(act, intent);
  if (payment === undefined) return;
  const invoice = await lockInvoice(act, String(payment.invoice));
  if (invoice.status === 'open') await failInvoice(act, invoice, intent.last_payment_error?.code);
}

/** Counts a failed attempt. Another one follows, or Stripe gives up. */
export async function failInvoice(act: Act, open: Stripe.Invoice, code: string | undefined): Promise<void> {
  const { retryDays, afterwards } = (await act.records.find('dunning', DUNNING_ID)) ?? USUAL_DUNNING;
  const before = await lockSubscription(act, subscriptionOf(open));
  const attempts = open.attempt_count + 1;
  const isCollected = open.auto_advance === true && before.status !== 'canceled';
  const wait = isCollected ? retryDays[attempts - 1] : undefined;
  const failed = await putInvoice(act, {
    ...open,
    attempt_count: attempts,
    attempted: true,
    next_payment_attempt: wait === undefined ? null : toUnixSeconds(act.now) + wait * DAY_SECONDS,
  });
  await act.records.addEvent({ type: 'invoice.payment_failed', object: failed }, act.now);
  if (code === 'authentication_required')
    await act.records.addEvent({ type: 'invoice.payment_action_required', object: failed }, act.now);
  if (!isCollected) return;
  const isBehind = before.status === 'past_due' || before.status === 'unpaid';
  if (wait === undefined && afterwards === 'cancel') await endSubscription(act, before, 'payment_failed');
  else if (wait === undefined && afterwards === 'mark_unpaid')
    await changeSubscription(act, { before, after: { ...before, status: 'unpaid' } });
  else if (!isBehind) await changeSubscription(act, { before, after: { ...before, status: 'past_due' } });
}

const BEHIND = ['incomplete', 'past_due', 'unpaid'];

/** The latest invoice asks for nothing any more, so the subscription is no longer behind. */
export async function reactivate(act: Act, invoice: Stripe.Invoice): Promise<void> {
  const before = await lockSubscription(act, subscriptionOf(invoice));
  if (before.latest_invoice !== invoice.id || !BEHIND.includes(before.status)) return;
  await changeSubscription(act, { before, after: { ...before, status: 'active' } });
}

async function paymentWith({ records }: Act, intent: Stripe.PaymentIntent): Promise<Stripe.InvoicePayment | undefined> {
  const [payment] = await records.list('invoice_payment', { where: { payment: { payment_intent: intent.id } }, limit: 1 });
  return payment;
}
