/** Payment methods, which belong to customers. */
import type Stripe from 'stripe';
import { z } from 'zod';
import { namedCustomer } from '../acts/customers.ts';
import { attachMethod, detachMethod, namedMethod, requireSavable } from '../acts/methods.ts';
import { noSuch, refusedParam } from '../wire/api-error.ts';
import { NO_PARAMS, pageParams, readParams, text } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';
import { listObjects } from './object-list.ts';

export const PAYMENT_METHODS = [
  endpoint('GET', '/v1/payment_methods', list),
  endpoint('GET', '/v1/payment_methods/:id', retrieve),
  // The names of Stripe's test methods are taken, too.
  endpoint('POST', '/v1/payment_methods/:id/attach', attach),
  endpoint('POST', '/v1/payment_methods/:id/detach', detach),
  endpoint('GET', '/v1/customers/:id/payment_methods', listOfCustomer),
];

const ATTACH = z.strictObject({ customer: text });
const type = z.enum(['card', 'us_bank_account'], 'The sandbox has cards and US bank accounts only.').optional();
const LIST = z.strictObject({ ...pageParams, customer: text, type });
const LIST_OF_CUSTOMER = z.strictObject({ ...pageParams, type });

function list({ records, form }: Call) {
  const { limit, starting_after, ...where } = readParams(LIST, form);
  return listObjects(records, 'payment_method', { where, limit, starting_after }, '/v1/payment_methods');
}

async function listOfCustomer({ records, form, id }: Call) {
  const { limit, starting_after, type: ofType } = readParams(LIST_OF_CUSTOMER, form);
  if ((await records.find('customer', id)) === undefined) throw noSuch('customer', id, 'customer');
  const where = { customer: id, type: ofType };
  return listObjects(records, 'payment_method', { where, limit, starting_after }, `/v1/customers/${id}/payment_methods`);
}

async function retrieve({ records, form, id }: Call): Promise<Stripe.PaymentMethod> {
  readParams(NO_PARAMS, form);
  const method = await records.find('payment_method', id);
  if (method === undefined) throw noSuch('PaymentMethod', id, 'payment_method');
  return method;
}

async function attach(call: Call): Promise<Stripe.PaymentMethod> {
  const params = readParams(ATTACH, call.form);
  const customer = await namedCustomer(call.records, params.customer);
  const method = await namedMethod(call, call.id, customer.id);
  requireSavable(method);
  return attachMethod(call, method, customer.id);
}

async function detach(call: Call): Promise<Stripe.PaymentMethod> {
  readParams(NO_PARAMS, call.form);
  const method = await call.records.lock('payment_method', call.id);
  if (method === undefined) throw noSuch('PaymentMethod', call.id, 'payment_method');
  if (method.customer === null)
    throw refusedParam(
      'payment_method',
      'The payment method you provided is not attached to a customer so detachment is impossible.',
    );
  return detachMethod(call, method);
}
