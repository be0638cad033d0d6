/** Payment intents: the attempts to charge a customer once. */
import type Stripe from 'stripe';
import { z } from 'zod';
import { requireChargeable } from '../acts/amounts.ts';
import { namedCustomer } from '../acts/customers.ts';
import { cancelIntent, confirmIntent, makeIntent } from '../acts/intents.ts';
import { namedMethod } from '../acts/methods.ts';
import { malformedParam, noSuch, refusedParam } from '../wire/api-error.ts';
import { expandable, flag, integerAtLeast, metadata, pageParams, readParams, text } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';
import { expanded } from './expand.ts';
import { listObjects } from './object-list.ts';

export const PAYMENT_INTENTS = [
  endpoint('POST', '/v1/payment_intents', create),
  endpoint('GET', '/v1/payment_intents', list),
  endpoint('GET', '/v1/payment_intents/:id', retrieve),
  endpoint('POST', '/v1/payment_intents/:id/confirm', confirm),
  endpoint('POST', '/v1/payment_intents/:id/cancel', cancel),
];

const expand = expandable(['latest_charge', 'payment_method', 'customer']);

const CREATE = z.strictObject({
  amount: integerAtLeast(1),
  currency: text.transform((value) => value.toLowerCase()),
  customer: text.optional(),
  payment_method: text.optional(),
  confirm: flag.default(false),
  off_session: flag.optional(),
  setup_future_usage: z.enum(['off_session', 'on_session']).optional(),
  description: text.max(1_000).optional(),
  metadata: metadata.default({}),
  expand,
});
const CONFIRM = z.strictObject({ payment_method: text.optional(), off_session: flag.default(false), expand });
const CANCEL = z.strictObject({
  cancellation_reason: z.enum(['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  expand,
});
const READ = z.strictObject({ expand });
const LIST = z.strictObject({ ...pageParams, customer: text.optional() });

async function create(call: Call): Promise<Stripe.PaymentIntent> {
  const { confirm: isConfirmed, off_session, payment_method, expand: paths, ...params } = readParams(CREATE, call.form);
  if (off_session !== undefined && !isConfirmed)
    throw malformedParam(
      'off_session',
      'The parameter `off_session` cannot be passed when creating a PaymentIntent unless `confirm` is set to true.',
    );
  requireChargeable(params);
  const customer = params.customer === undefined ? null : (await namedCustomer(call.records, params.customer)).id;
  const method = payment_method === undefined ? undefined : await namedMethod(call, payment_method, customer);
  const intent = await makeIntent(call, { ...params, customer, payment_method: method?.id });
  if (!isConfirmed) return expanded(call.records, intent, paths);
  if (method === undefined) throw missingMethod();
  return expanded(call.records, await confirmIntent(call, intent, method, off_session === true ? 'away' : 'in_app'), paths);
}

async function confirm(call: Call): Promise<Stripe.PaymentIntent> {
  const params = readParams(CONFIRM, call.form);
  const intent = await locked(call);
  const customer = typeof intent.customer === 'string' ? intent.customer : null;
  const own = typeof intent.payment_method === 'string' ? intent.payment_method : undefined;
  const method =
    params.payment_method === undefined
      ? own && (await call.records.find('payment_method', own))
      : await namedMethod(call, params.payment_method, customer);
  if (!method) throw missingMethod();
  const confirmed = await confirmIntent(call, intent, method, params.off_session ? 'away' : 'in_app');
  return expanded(call.records, confirmed, params.expand);
}

async function cancel(call: Call): Promise<Stripe.PaymentIntent> {
  const params = readParams(CANCEL, call.form);
  const canceled = await cancelIntent(call, await locked(call), params.cancellation_reason ?? null);
  return expanded(call.records, canceled, params.expand);
}

async function retrieve({ records, form, id }: Call): Promise<Stripe.PaymentIntent> {
  const params = readParams(READ, form);
  const intent = await records.find('payment_intent', id);
  if (intent === undefined) throw noSuch('payment_intent', id, 'intent');
  return expanded(records, intent, params.expand);
}

function list({ records, form }: Call) {
  const { limit, customer, starting_after } = readParams(LIST, form);
  return listObjects(records, 'payment_intent', { where: { customer }, limit, starting_after }, '/v1/payment_intents');
}

async function locked({ records, id }: Call): Promise<Stripe.PaymentIntent> {
  const intent = await records.lock('payment_intent', id);
  if (intent === undefined) throw noSuch('payment_intent', id, 'intent');
  return intent;
}

function missingMethod() {
  return refusedParam(
    'payment_method',
    'You cannot confirm this PaymentIntent because it is missing a payment method. Update the PaymentIntent with a payment method and then confirm it again.',
    'payment_intent_unexpected_state',
  );
}
