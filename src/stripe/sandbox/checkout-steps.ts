/**
 * The steps of a checkout: pure functions that return the changed record and the events about it.
 * The caller checks `phaseOf` under the row's lock before it takes a step.
 */
import type Stripe from 'stripe';
import { type CheckoutRecord, intentOf } from './checkout-record.ts';
import type { EventDraft } from './new-event.ts';

export interface Change {
  readonly checkout: CheckoutRecord;
  readonly events: readonly EventDraft[];
}

/**
 * - open: it can be paid.
 * - processing: a delayed payment is on its way.
 * - paid, failed, expired: final.
 */
export type Phase = 'open' | 'processing' | 'paid' | 'failed' | 'expired';

export function phaseOf({ session, intent }: CheckoutRecord): Phase {
  if (session.status === 'open') return 'open';
  if (session.status === 'expired') return 'expired';
  if (session.payment_status === 'paid') return 'paid';
  return intent?.status === 'processing' ? 'processing' : 'failed';
}

export function pay(checkout: CheckoutRecord, now: Date): Change {
  const intent = succeeded(intentOf(checkout, now));
  const session = completed(checkout.session, intent, 'paid');
  return {
    checkout: { ...checkout, session, intent },
    events: [
      { type: 'payment_intent.succeeded', object: intent },
      { type: 'checkout.session.completed', object: session },
    ],
  };
}

export function decline(checkout: CheckoutRecord, now: Date): Change {
  const intent = failed(intentOf(checkout, now), {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'generic_decline',
    message: 'Your card was declined.',
  });
  const session = { ...checkout.session, payment_intent: intent.id };
  return { checkout: { ...checkout, session, intent }, events: [{ type: 'payment_intent.payment_failed', object: intent }] };
}

/** Pays by a delayed method, such as a bank debit: the money arrives later or not at all. */
export function payLater(checkout: CheckoutRecord, now: Date): Change {
  const intent: Stripe.PaymentIntent = { ...intentOf(checkout, now), status: 'processing', last_payment_error: null };
  const session = completed(checkout.session, intent, 'unpaid');
  return {
    checkout: { ...checkout, session, intent },
    events: [
      { type: 'payment_intent.processing', object: intent },
      { type: 'checkout.session.completed', object: session },
    ],
  };
}

export function delayedPaymentArrives(checkout: CheckoutRecord, now: Date): Change {
  const intent = succeeded(intentOf(checkout, now));
  const session: Stripe.Checkout.Session = { ...checkout.session, payment_status: 'paid' };
  return {
    checkout: { ...checkout, session, intent },
    events: [
      { type: 'payment_intent.succeeded', object: intent },
      { type: 'checkout.session.async_payment_succeeded', object: session },
    ],
  };
}

export function delayedPaymentFails(checkout: CheckoutRecord, now: Date): Change {
  const intent = failed(intentOf(checkout, now), {
    type: 'card_error',
    code: 'payment_method_provider_decline',
    message: 'The bank did not make the payment.',
  });
  return {
    checkout: { ...checkout, intent },
    events: [
      { type: 'payment_intent.payment_failed', object: intent },
      { type: 'checkout.session.async_payment_failed', object: checkout.session },
    ],
  };
}

export function expire(checkout: CheckoutRecord): Change {
  const session: Stripe.Checkout.Session = { ...checkout.session, status: 'expired', url: null };
  const intent: Stripe.PaymentIntent | null =
    checkout.intent === null ? null : { ...checkout.intent, status: 'canceled', cancellation_reason: 'automatic' };
  return { checkout: { ...checkout, session, intent }, events: [{ type: 'checkout.session.expired', object: session }] };
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
