/** Payment intents: the attempts to charge a customer once. */
import type Stripe from 'stripe';
import { noSuch } from '../wire/api-error.ts';
import { NO_PARAMS, readParams } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';

export const PAYMENT_INTENTS = [endpoint('GET', '/v1/payment_intents/:id', retrieve)];

async function retrieve({ records, form, id }: Call): Promise<Stripe.PaymentIntent> {
  readParams(NO_PARAMS, form);
  const intent = await records.find('payment_intent', id);
  if (intent === undefined) throw noSuch('payment_intent', id, 'intent');
  return intent;
}
