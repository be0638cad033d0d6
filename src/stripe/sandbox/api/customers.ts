/** The account's customers. */
import type Stripe from 'stripe';
import { z } from 'zod';
import { changeCustomer, deleteCustomer, mergedMetadata } from '../acts/customers.ts';
import { requireOwnMethod } from '../acts/methods.ts';
import { newCustomer } from '../objects/customer.ts';
import { noSuch } from '../wire/api-error.ts';
import { toUnixSeconds } from '../wire/object-id.ts';
import { email, metadata, NO_PARAMS, readParams, text } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';

export const CUSTOMERS = [
  endpoint('POST', '/v1/customers', create),
  endpoint('GET', '/v1/customers/:id', retrieve),
  endpoint('POST', '/v1/customers/:id', update),
  endpoint('DELETE', '/v1/customers/:id', remove),
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
  metadata: z.record(z.string().max(40), z.string().max(500)).optional(),
  invoice_settings: z.strictObject({ default_payment_method: z.string() }).optional(),
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

async function update(call: Call): Promise<Stripe.Customer> {
  const params = readParams(UPDATE, call.form);
  const found = await call.records.lock('customer', call.id);
  if (found === undefined || found.deleted === true) throw noSuch('customer', call.id, 'id');
  const method = params.invoice_settings?.default_payment_method;
  if (method) await requireOwnMethod(call.records, method, found.id);
  return changeCustomer(call, found, {
    ...(params.name === undefined ? {} : { name: params.name || null }),
    ...(params.email === undefined ? {} : { email: params.email || null }),
    ...(params.metadata === undefined ? {} : { metadata: mergedMetadata(found.metadata, params.metadata) }),
    ...(method === undefined ? {} : { invoice_settings: { ...found.invoice_settings, default_payment_method: method || null } }),
  });
}

async function remove({ form, ...call }: Call): Promise<Stripe.DeletedCustomer> {
  readParams(NO_PARAMS, form);
  const found = await call.records.lock('customer', call.id);
  if (found === undefined || found.deleted === true) throw noSuch('customer', call.id, 'id');
  return deleteCustomer(call, found);
}
