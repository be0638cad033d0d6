/** Charges: the attempts at payment intents, with their receipts. */
import type Stripe from 'stripe';
import { z } from 'zod';
import { noSuch } from '../wire/api-error.ts';
import { expandable, pageParams, readParams, text } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';
import { expanded } from './expand.ts';
import { listObjects } from './object-list.ts';

export const CHARGES = [endpoint('GET', '/v1/charges', list), endpoint('GET', '/v1/charges/:id', retrieve)];

const LIST = z.strictObject({ ...pageParams, customer: text.optional(), payment_intent: text.optional() });
const READ = z.strictObject({ expand: expandable(['payment_intent', 'customer']) });

function list({ records, form }: Call) {
  const { limit, starting_after, ...where } = readParams(LIST, form);
  return listObjects(records, 'charge', { where, limit, starting_after }, '/v1/charges');
}

async function retrieve({ records, form, id }: Call): Promise<Stripe.Charge> {
  const { expand } = readParams(READ, form);
  const charge = await records.find('charge', id);
  if (charge === undefined) throw noSuch('charge', id, 'id');
  return expanded(records, charge, expand);
}
