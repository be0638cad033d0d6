/**
 * Attempts to charge a payment method for a payment intent. Each writes the intent, its charge and
 * the events about them, in Stripe's order. The caller has locked the intent.
 */
import type Stripe from 'stripe';
import { failedCharge, newCharge, succeededCharge } from '../objects/charge.ts';
import { testMethodOf } from '../objects/payment-method.ts';
import { DEBIT_FAILED, paymentErrorOf, type Refusal } from '../objects/refusals.ts';
import type { Act } from './act.ts';
import { AFTERMATHS } from './aftermath.ts';
import { attemptOutcome, type Presence } from './attempt-outcome.ts';
import { intentFailed, intentSucceeded } from './invoice-outcomes.ts';
import { attachMethod } from './methods.ts';

/** @returns the intent after the attempt; one that was refused has its `last_payment_error`. */
export async function attemptCharge(
  act: Act,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  presence: Presence,
): Promise<Stripe.PaymentIntent> {
  const customer = typeof intent.customer === 'string' ? intent.customer : null;
  const outcome = attemptOutcome({
    test: testMethodOf(method),
    presence,
    isSaved: method.customer !== null,
    ordered: await act.records.takeDecline(customer),
  });
  const methodTypes = { payment_method: method.id, payment_method_types: [method.type] };
  if (outcome === 'requires_action') return askCustomer(act, { ...intent, ...methodTypes });

  const charge = newCharge({ intent, method, result: outcome, ...act });
  await act.records.put('charge', charge.id, charge);
  const charged: Stripe.PaymentIntent = { ...intent, ...methodTypes, next_action: null, latest_charge: charge.id };
  if (outcome === 'succeeded') {
    if (intent.setup_future_usage !== null && customer !== null) await attachMethod(act, method, customer);
    return succeed(act, charged, charge);
  }
  if (outcome === 'pending') {
    await act.records.addEvent({ type: 'charge.pending', object: charge }, act.now);
    const processing: Stripe.PaymentIntent = { ...charged, status: 'processing', last_payment_error: null };
    return put(act, processing, 'payment_intent.processing');
  }
  return fail(act, charged, charge, outcome, method);
}

/** The money of a bank debit arrives. */
export async function debitArrives(act: Act, intent: Stripe.PaymentIntent): Promise<Stripe.PaymentIntent> {
  const charge = await latestCharge(act, intent);
  if (charge === undefined) return put(act, succeededIntent(intent), 'payment_intent.succeeded');
  const arrived = succeededCharge(charge, act.urlOf);
  await act.records.put('charge', arrived.id, arrived);
  return succeed(act, intent, arrived);
}

/** A bank debit fails: the account is closed, or empty. */
export async function debitFails(
  act: Act,
  intent: Stripe.PaymentIntent,
  refusal: Refusal = DEBIT_FAILED,
): Promise<Stripe.PaymentIntent> {
  const charge = await latestCharge(act, intent);
  const method = typeof intent.payment_method === 'string' && (await act.records.find('payment_method', intent.payment_method));
  if (charge === undefined || !method) {
    const error: Stripe.PaymentIntent.LastPaymentError = { type: 'card_error', code: refusal.code, message: refusal.message };
    return put(act, refusedIntent(intent, error), 'payment_intent.payment_failed');
  }
  const failed = failedCharge(charge, refusal);
  await act.records.put('charge', failed.id, failed);
  return fail(act, intent, failed, refusal, method);
}

async function latestCharge({ records }: Act, { latest_charge: id }: Stripe.PaymentIntent): Promise<Stripe.Charge | undefined> {
  return typeof id === 'string' ? records.lock('charge', id) : undefined;
}

async function askCustomer(act: Act, intent: Stripe.PaymentIntent): Promise<Stripe.PaymentIntent> {
  const asked: Stripe.PaymentIntent = { ...intent, status: 'requires_action', next_action: { type: 'use_stripe_sdk' } };
  return put(act, asked, 'payment_intent.requires_action');
}

async function succeed(act: Act, intent: Stripe.PaymentIntent, charge: Stripe.Charge): Promise<Stripe.PaymentIntent> {
  await act.records.addEvent({ type: 'charge.succeeded', object: charge }, act.now);
  const succeeded = await put(act, succeededIntent(intent), 'payment_intent.succeeded');
  await intentSucceeded(act, succeeded);
  const method = charge.payment_method === null ? undefined : await act.records.find('payment_method', charge.payment_method);
  const aftermath = method && testMethodOf(method).aftermath;
  if (aftermath !== undefined) await AFTERMATHS[aftermath](act, charge);
  return succeeded;
}

async function fail(
  act: Act,
  intent: Stripe.PaymentIntent,
  charge: Stripe.Charge,
  refusal: Refusal,
  method: Stripe.PaymentMethod,
): Promise<Stripe.PaymentIntent> {
  await act.records.addEvent({ type: 'charge.failed', object: charge }, act.now);
  const error = paymentErrorOf(refusal, { charge: charge.id, method });
  const refused = await put(act, refusedIntent(intent, error), 'payment_intent.payment_failed');
  await intentFailed(act, refused);
  return refused;
}

function succeededIntent(intent: Stripe.PaymentIntent): Stripe.PaymentIntent {
  return { ...intent, status: 'succeeded', amount_received: intent.amount, last_payment_error: null };
}

/** Without its method: the next attempt has to name one. */
function refusedIntent(intent: Stripe.PaymentIntent, error: Stripe.PaymentIntent.LastPaymentError): Stripe.PaymentIntent {
  return { ...intent, status: 'requires_payment_method', payment_method: null, last_payment_error: error };
}

type IntentEvent = `payment_intent.${'processing' | 'succeeded' | 'payment_failed' | 'requires_action'}`;

async function put({ records, now }: Act, intent: Stripe.PaymentIntent, type: IntentEvent): Promise<Stripe.PaymentIntent> {
  await records.put('payment_intent', intent.id, intent);
  await records.addEvent({ type, object: intent }, now);
  return intent;
}
