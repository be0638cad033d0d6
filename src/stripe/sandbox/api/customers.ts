/** The account's customers. */
import type Stripe from 'stripe';
import { z } from 'zod';
import { newCustomer } from '../objects/customer.ts';
import { noSuch } from '../wire/api-error.ts';
import { toUnixSeconds } from '../wire/object-id.ts';
import { email, metadata, NO_PARAMS, readParams, text } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';

export const CUSTOMERS = [
  endpoint('POST', '/v1/customers', create),
  endpoint('GET', '/v1/customers/:id', retrieve),
  endpoint('POST', '/v1/customers/:id', update),
];

const CREATE = z.strictObject({
  name: text.max(256).optional(),
  email: email.optional(),
  description: text.optional(),
  metadata: metadata.default({}),
});

/** An update changes the parameters that it names; an empty value clears. */
const UPDATE = z.strictObject({
  name: z.string().max(256).optional(),
  email: z.union([z.literal(''), email]).optional(),
});

async function create({ records, form, now }: Call): Promise<Stripe.Customer> {
  const customer = newCustomer(readParams(CREATE, form), toUnixSeconds(now));
  await records.put('customer', customer.id, customer);
  return customer;
}

async function retrieve({ records, form, id }: Call): Promise<Stripe.Customer | Stripe.DeletedCustomer> {
  readParams(NO_PARAMS, form);
  const found = await records.find('customer', id);
  if (found === undefined) throw noSuch('customer', id, 'id');
  return found;
}

async function update({ records, form, id }: Call): Promise<Stripe.Customer> {
  const params = readParams(UPDATE, form);
  const found = await records.lock('customer', id);
  if (found === undefined || found.deleted === true) throw noSuch('customer', id, 'id');
  const changed: Stripe.Customer = {
    ...found,
    ...(params.name === undefined ? {} : { name: params.name || null }),
    ...(params.email === undefined ? {} : { email: params.email || null }),
  };
  await records.put('customer', id, changed);
  return changed;
}
