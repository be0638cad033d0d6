/** Payment intents of the API: they are made, confirmed and canceled. */
import type Stripe from 'stripe';
import { type IntentFacts, newIntent } from '../objects/payment-intent.ts';
import { cardError, SandboxApiError } from '../wire/api-error.ts';
import type { Act } from './act.ts';
import type { Presence } from './attempt-outcome.ts';
import { attemptCharge } from './attempts.ts';

export async function makeIntent({ records, now }: Act, facts: IntentFacts): Promise<Stripe.PaymentIntent> {
  const intent = newIntent(facts, now);
  await records.put('payment_intent', intent.id, intent);
  await records.addEvent({ type: 'payment_intent.created', object: intent }, now);
  return intent;
}

/**
 * Charges the method. @throws SandboxApiError, as the API answers: 402 where the bank refuses,
 * after which all that was done stays.
 */
export async function confirmIntent(
  act: Act,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  presence: Presence,
): Promise<Stripe.PaymentIntent> {
  requireStatus(intent, CONFIRMABLE, 'confirm');
  const after = await attemptCharge(act, intent, method, presence);
  if (after.last_payment_error === null || after.status !== 'requires_payment_method') return after;
  throw cardError(after.last_payment_error, after);
}

export async function cancelIntent(
  { records, now }: Act,
  intent: Stripe.PaymentIntent,
  reason: Stripe.PaymentIntent.CancellationReason | null,
): Promise<Stripe.PaymentIntent> {
  requireStatus(intent, CANCELABLE, 'cancel');
  const canceled: Stripe.PaymentIntent = {
    ...intent,
    status: 'canceled',
    canceled_at: Math.floor(now.getTime() / 1_000),
    cancellation_reason: reason,
    next_action: null,
  };
  await records.put('payment_intent', canceled.id, canceled);
  await records.addEvent({ type: 'payment_intent.canceled', object: canceled }, now);
  return canceled;
}

const CONFIRMABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action'];
const CANCELABLE = [...CONFIRMABLE, 'requires_capture'];

function requireStatus(intent: Stripe.PaymentIntent, allowed: readonly string[], verb: 'confirm' | 'cancel'): void {
  if (allowed.includes(intent.status)) return;
  throw new SandboxApiError(
    `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}. ` +
      `Only a PaymentIntent with one of the following statuses may be ${verb}ed: ${allowed.join(', ')}.`,
    { status: 400, code: 'payment_intent_unexpected_state', more: { payment_intent: intent } },
  );
}
