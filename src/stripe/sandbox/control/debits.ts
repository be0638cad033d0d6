/** Bank debits, whose money is on its way: it arrives, or it does not. */
import type Stripe from 'stripe';
import type { Act } from '../acts/act.ts';
import { debitArrives, debitFails } from '../acts/attempts.ts';
import { delayedPaymentArrives, delayedPaymentFails } from '../acts/checkout-steps.ts';
import { takeStep } from '../acts/checkouts.ts';
import type { CheckoutRecord } from '../objects/checkout.ts';
import type { Transact } from './transact.ts';

export interface DebitControl {
  readonly debits: {
    /** The money of a payment intent that is `processing` arrives. */
    arrive(intentId: string): Promise<void>;
    /** It does not: the account is empty or closed. */
    fail(intentId: string): Promise<void>;
  };
}

export function debitControl(transact: Transact): DebitControl {
  return {
    debits: {
      arrive: (intentId) => transact((act) => settle(act, intentId, delayedPaymentArrives, debitArrives)),
      fail: (intentId) => transact((act) => settle(act, intentId, delayedPaymentFails, debitFails)),
    },
  };
}

/** A checkout's row is locked before its intent's, and has events of its own. */
async function settle(
  act: Act,
  intentId: string,
  step: Parameters<typeof takeStep>[3],
  alone: (act: Act, intent: Stripe.PaymentIntent) => Promise<Stripe.PaymentIntent>,
): Promise<void> {
  const checkout = await checkoutOf(act, intentId);
  if (checkout !== undefined && (await takeStep(act, checkout.session.id, 'processing', step))?.taken === true) return;
  const intent = await act.records.lock('payment_intent', intentId);
  if (intent?.status !== 'processing') throw new Error(`The payment intent "${intentId}" is not processing.`);
  await alone(act, intent);
}

/** The checkout that the intent pays; a subscription's names the invoice instead. */
async function checkoutOf({ records }: Act, intentId: string): Promise<CheckoutRecord | undefined> {
  const [named] = await records.list('checkout', { where: { session: { payment_intent: intentId } }, limit: 1 });
  if (named !== undefined) return named;
  const [payment] = await records.list('invoice_payment', { where: { payment: { payment_intent: intentId } }, limit: 1 });
  if (payment === undefined) return undefined;
  const [first] = await records.list('checkout', { where: { session: { invoice: payment.invoice } }, limit: 1 });
  return first;
}
