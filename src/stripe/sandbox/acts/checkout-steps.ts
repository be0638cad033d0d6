/**
 * The steps of a checkout. Each writes the objects that it changes and the events about them. The
 * caller checks `phaseOf` under the row's lock before it takes a step.
 */
import type Stripe from 'stripe';
import { type Promotion, withTotals } from '../objects/adjustment.ts';
import type { Checkout } from '../objects/checkout.ts';
import type { TestMethod } from '../objects/test-methods.ts';
import type { EventDraft } from '../store/new-event.ts';
import type { Act } from './act.ts';
import { attemptCharge, debitArrives, debitFails } from './attempts.ts';
import { makeIntent } from './intents.ts';
import { makeMethod } from './methods.ts';
import { setUpOnPage } from './setup-checkout.ts';
import { subscribeOnPage } from './subscription-checkout.ts';

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
  if (session.payment_status !== 'unpaid') return 'paid';
  return intent?.status === 'processing' ? 'processing' : 'failed';
}

/** The customer pays with this card, or bank account, on the page, less what the code takes off. */
export const payWith =
  (test: TestMethod, promotion?: Promotion): Step =>
  async (act, asked) => {
    if (asked.session.mode === 'setup') return saveMethod(act, asked, test);
    const checkout = { ...asked, session: withTotals(asked.session, promotion) };
    if (checkout.session.mode === 'subscription') return payFirstInvoice(act, checkout, test, promotion);
    if (checkout.session.amount_total === 0) return completeUnpaid(act, checkout);
    const before = await intentOf(act, checkout);
    const customer = typeof before.customer === 'string' ? before.customer : null;
    const intent = await attemptCharge(act, before, await makeMethod(act, test, customer), 'on_page');
    if (intent.status === 'requires_payment_method') {
      const session = { ...checkout.session, payment_intent: intent.id };
      return write(act, { ...checkout, session, intent }, []);
    }
    const session = completed(checkout.session, intent, intent.status === 'succeeded' ? 'paid' : 'unpaid');
    return write(act, { ...checkout, session, intent }, [{ type: 'checkout.session.completed', object: session }]);
  };

async function saveMethod(act: Act, checkout: Checkout, test: TestMethod): Promise<Checkout> {
  const session = await setUpOnPage(act, checkout.session, test);
  const isComplete = session.status === 'complete';
  return write(act, { ...checkout, session }, isComplete ? [{ type: 'checkout.session.completed', object: session }] : []);
}

/** Nothing is left to pay, so there is no payment. */
async function completeUnpaid(act: Act, checkout: Checkout): Promise<Checkout> {
  const session: Stripe.Checkout.Session = {
    ...checkout.session,
    status: 'complete',
    payment_status: 'no_payment_required',
    url: null,
  };
  return write(act, { ...checkout, session }, [{ type: 'checkout.session.completed', object: session }]);
}

async function payFirstInvoice(
  act: Act,
  checkout: Checkout,
  test: TestMethod,
  promotion: Promotion | undefined,
): Promise<Checkout> {
  const after = await subscribeOnPage(act, checkout, test, promotion);
  const isComplete = after.session.status === 'complete';
  return write(act, after, isComplete ? [{ type: 'checkout.session.completed', object: after.session }] : []);
}

export const delayedPaymentArrives: Step = async (act, checkout) => {
  const intent = checkout.intent === null ? null : await debitArrives(act, checkout.intent);
  const session: Stripe.Checkout.Session = { ...checkout.session, payment_status: 'paid' };
  return write(act, { ...checkout, session, intent }, [{ type: 'checkout.session.async_payment_succeeded', object: session }]);
};

export const delayedPaymentFails: Step = async (act, checkout) => {
  const intent = checkout.intent === null ? null : await debitFails(act, checkout.intent);
  return write(act, { ...checkout, intent }, [{ type: 'checkout.session.async_payment_failed', object: checkout.session }]);
};

export const expire: Step = async (act, checkout) => {
  const session: Stripe.Checkout.Session = { ...checkout.session, status: 'expired', url: null };
  const intent: Stripe.PaymentIntent | null =
    checkout.intent === null ? null : { ...checkout.intent, status: 'canceled', cancellation_reason: 'automatic' };
  return write(act, { ...checkout, session, intent }, [{ type: 'checkout.session.expired', object: session }]);
};

/** The payment intent of an attempt to pay. Further attempts use the same one. */
async function intentOf(act: Act, { session, intent, intentParams }: Checkout): Promise<Stripe.PaymentIntent> {
  // Another code may have been entered since.
  if (intent !== null) return { ...intent, amount: session.amount_total ?? intent.amount };
  const customer = typeof session.customer === 'string' ? session.customer : null;
  return makeIntent(act, { amount: session.amount_total ?? 0, currency: session.currency ?? 'usd', customer, ...intentParams });
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
