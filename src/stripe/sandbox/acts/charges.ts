/** The charges that calls and people name. */
import type Stripe from 'stripe';
import { missingParam, refusedParam } from '../wire/api-error.ts';
import type { Act } from './act.ts';

/** The charge, locked. @throws SandboxApiError where it does not exist. */
export async function namedCharge({ records }: Act, chargeId: string): Promise<Stripe.Charge> {
  const charge = await records.lock('charge', chargeId);
  if (charge === undefined) throw missingParam('charge', chargeId, 'charge');
  return charge;
}

/** The charge by which an intent was paid, locked. @throws SandboxApiError where it was not. */
export async function chargeOfIntent(act: Act, intentId: string): Promise<Stripe.Charge> {
  const intent = await act.records.find('payment_intent', intentId);
  if (intent === undefined) throw missingParam('payment_intent', intentId, 'payment_intent');
  if (intent.status !== 'succeeded' || typeof intent.latest_charge !== 'string')
    throw refusedParam('payment_intent', `This PaymentIntent (${intentId}) does not have a successful charge to refund.`);
  return namedCharge(act, intent.latest_charge);
}
