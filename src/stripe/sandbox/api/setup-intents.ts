/** Setup intents, which checkouts in mode setup make. */
import type Stripe from 'stripe';
import { z } from 'zod';
import { noSuch } from '../wire/api-error.ts';
import { expandable, pageParams, readParams, text } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';
import { expanded } from './expand.ts';
import { listObjects } from './object-list.ts';

export const SETUP_INTENTS = [endpoint('GET', '/v1/setup_intents', list), endpoint('GET', '/v1/setup_intents/:id', retrieve)];

const READ = z.strictObject({ expand: expandable(['payment_method', 'customer']) });
const LIST = z.strictObject({ ...pageParams, customer: text.optional() });

async function retrieve({ records, form, id }: Call): Promise<Stripe.SetupIntent> {
  const { expand } = readParams(READ, form);
  const setup = await records.find('setup_intent', id);
  if (setup === undefined) throw noSuch('setup_intent', id, 'intent');
  return expanded(records, setup, expand);
}

function list({ records, form }: Call) {
  const { limit, customer, starting_after } = readParams(LIST, form);
  return listObjects(records, 'setup_intent', { where: { customer }, limit, starting_after }, '/v1/setup_intents');
}
