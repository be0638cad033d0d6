/**
 * The steps of a checkout. Each writes the objects that it changes and the events about them. The
 * caller checks `phaseOf` under the row's lock before it takes a step.
 */
import type Stripe from 'stripe';
import type { Checkout } from '../objects/checkout.ts';
import { newIntent } from '../objects/payment-intent.ts';
import type { EventDraft } from '../store/new-event.ts';
import type { Act } from './act.ts';

/** @returns the checkout after the step. */
export type Step = (act: Act, checkout: Checkout) => Promise<Checkout>;

/**
 * - open: it can be paid.
 * - processing: a delayed payment is on its way.
 * - paid, failed, expired: final.
 */
export type Phase = 'open' | 'processing' | 'paid' | 'failed' | 'expired';

export function phaseOf({ session, intent }: Checkout): Phase {
  if (session.status === 'open') return 'open';
  if (session.status === 'expired') return 'expired';
  if (session.payment_status === 'paid') return 'paid';
  return intent?.status === 'processing' ? 'processing' : 'failed';
}

export const pay: Step = async (act, checkout) => {
  const intent = succeeded(intentOf(checkout, act.now));
  const session = completed(checkout.session, intent, 'paid');
  return write(act, { ...checkout, session, intent }, [
    { type: 'payment_intent.succeeded', object: intent },
    { type: 'checkout.session.completed', object: session },
  ]);
};

export const decline: Step = async (act, checkout) => {
  const intent = failed(intentOf(checkout, act.now), {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'generic_decline',
    message: 'Your card was declined.',
  });
  const session = { ...checkout.session, payment_intent: intent.id };
  return write(act, { ...checkout, session, intent }, [{ type: 'payment_intent.payment_failed', object: intent }]);
};

/** Pays by a delayed method, such as a bank debit: the money arrives later or not at all. */
export const payLater: Step = async (act, checkout) => {
  const intent: Stripe.PaymentIntent = { ...intentOf(checkout, act.now), status: 'processing', last_payment_error: null };
  const session = completed(checkout.session, intent, 'unpaid');
  return write(act, { ...checkout, session, intent }, [
    { type: 'payment_intent.processing', object: intent },
    { type: 'checkout.session.completed', object: session },
  ]);
};

export const delayedPaymentArrives: Step = async (act, checkout) => {
  const intent = succeeded(intentOf(checkout, act.now));
  const session: Stripe.Checkout.Session = { ...checkout.session, payment_status: 'paid' };
  return write(act, { ...checkout, session, intent }, [
    { type: 'payment_intent.succeeded', object: intent },
    { type: 'checkout.session.async_payment_succeeded', object: session },
  ]);
};

export const delayedPaymentFails: Step = async (act, checkout) => {
  const intent = failed(intentOf(checkout, act.now), {
    type: 'card_error',
    code: 'payment_method_provider_decline',
    message: 'The bank did not make the payment.',
  });
  return write(act, { ...checkout, intent }, [
    { type: 'payment_intent.payment_failed', object: intent },
    { type: 'checkout.session.async_payment_failed', object: checkout.session },
  ]);
};

export const expire: Step = async (act, checkout) => {
  const session: Stripe.Checkout.Session = { ...checkout.session, status: 'expired', url: null };
  const intent: Stripe.PaymentIntent | null =
    checkout.intent === null ? null : { ...checkout.intent, status: 'canceled', cancellation_reason: 'automatic' };
  return write(act, { ...checkout, session, intent }, [{ type: 'checkout.session.expired', object: session }]);
};

/** The payment intent of an attempt to pay. Further attempts use the same one. */
function intentOf({ session, intent, intentParams }: Checkout, now: Date): Stripe.PaymentIntent {
  if (intent !== null) return intent;
  const customer = typeof session.customer === 'string' ? session.customer : null;
  return newIntent({ amount: session.amount_total ?? 0, currency: session.currency ?? 'usd', customer, ...intentParams }, now);
}

async function write({ records, now }: Act, checkout: Checkout, events: readonly EventDraft[]): Promise<Checkout> {
  const { intent, ...record } = checkout;
  const { session } = record;
  const expiresAt = session.status === 'open' ? new Date(session.expires_at * 1_000) : undefined;
  await records.put('checkout', session.id, record, expiresAt);
  if (intent !== null) await records.put('payment_intent', intent.id, intent);
  for (const event of events) await records.addEvent(event, now);
  return checkout;
}

function completed(
  session: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent,
  paymentStatus: 'paid' | 'unpaid',
): Stripe.Checkout.Session {
  return { ...session, status: 'complete', payment_status: paymentStatus, payment_intent: intent.id, url: null };
}

function succeeded(intent: Stripe.PaymentIntent): Stripe.PaymentIntent {
  return { ...intent, status: 'succeeded', amount_received: intent.amount, last_payment_error: null };
}

function failed(intent: Stripe.PaymentIntent, error: Stripe.PaymentIntent.LastPaymentError): Stripe.PaymentIntent {
  return { ...intent, status: 'requires_payment_method', last_payment_error: error };
}
