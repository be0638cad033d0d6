/** Checkout Sessions. */
import type Stripe from 'stripe';
import { z } from 'zod';
import { expire } from '../acts/checkout-steps.ts';
import { findCheckout, takeStep } from '../acts/checkouts.ts';
import { openCheckout } from '../acts/open-checkout.ts';
import { openSetupCheckout } from '../acts/setup-checkout.ts';
import type { Checkout } from '../objects/checkout.ts';
import { noSuch, SandboxApiError } from '../wire/api-error.ts';
import { expandable, flag, integerAtLeast, list, metadata, pageParams, readParams, text, webAddress } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';
import { expanded } from './expand.ts';
import { listObjects } from './object-list.ts';
import { priceLine } from './price-params.ts';

export const CHECKOUT_SESSIONS = [
  endpoint('POST', '/v1/checkout/sessions', create),
  endpoint('GET', '/v1/checkout/sessions', listSessions),
  endpoint('GET', '/v1/checkout/sessions/:id', retrieve),
  endpoint('POST', '/v1/checkout/sessions/:id/expire', expireSession),
];

const expand = expandable([
  'customer',
  'invoice',
  'invoice.payments',
  'line_items',
  'payment_intent',
  'payment_intent.latest_charge',
  'payment_intent.payment_method',
  'setup_intent',
  'setup_intent.payment_method',
  'subscription',
  'subscription.latest_invoice',
]);

const lineItem = z.strictObject({ quantity: integerAtLeast(1), ...priceLine });

const intentData = z.strictObject({
  description: text.max(1_000).optional(),
  metadata: metadata.default({}),
  setup_future_usage: z.enum(['off_session', 'on_session']).optional(),
});
const setupData = z.strictObject({ description: text.max(1_000).optional(), metadata: metadata.default({}) });
const subscriptionData = z.strictObject({ description: text.max(500).optional(), metadata: metadata.default({}) });

const CREATE = z
  .strictObject({
    mode: z.enum(['payment', 'setup', 'subscription']),
    customer: text.optional(),
    line_items: list(lineItem, { least: 1, most: 100 }).optional(),
    currency: text.transform((value) => value.toLowerCase()).optional(),
    success_url: webAddress,
    cancel_url: webAddress.optional(),
    client_reference_id: text.max(200).optional(),
    metadata: metadata.default({}),
    payment_intent_data: intentData.optional(),
    setup_intent_data: setupData.optional(),
    subscription_data: subscriptionData.optional(),
    allow_promotion_codes: flag.optional(),
    automatic_tax: z.strictObject({ enabled: flag }).optional(),
    customer_update: z.strictObject({ address: z.enum(['auto', 'never']) }).optional(),
    expand,
  })
  .refine(({ mode, payment_intent_data: data }) => mode === 'payment' || data === undefined, {
    error: 'You can not pass `payment_intent_data` in `subscription` mode.',
    path: ['payment_intent_data'],
  })
  .refine(({ mode, subscription_data: data }) => mode === 'subscription' || data === undefined, {
    error: 'You can not pass `subscription_data` in `payment` mode.',
    path: ['subscription_data'],
  })
  .refine(({ mode, setup_intent_data: data }) => mode === 'setup' || data === undefined, {
    error: 'You can only pass `setup_intent_data` in `setup` mode.',
    path: ['setup_intent_data'],
  })
  .refine(({ mode, line_items: lines }) => (mode === 'setup') === (lines === undefined), {
    error: 'You can not pass `line_items` in `setup` mode.',
    path: ['line_items'],
  })
  .refine(({ mode, currency }) => (mode === 'setup') === (currency !== undefined), {
    error: 'The sandbox takes `currency` in `setup` mode only.',
    path: ['currency'],
  })
  .refine(
    ({ customer, automatic_tax: tax, customer_update: update }) => !tax?.enabled || !customer || update?.address === 'auto',
    {
      error: 'Automatic tax calculation in Checkout requires a valid address on the Customer, or `customer_update[address]`.',
      path: ['automatic_tax'],
    },
  )
  .transform(({ payment_intent_data = { metadata: {} }, ...rest }) => ({ ...rest, payment_intent_data }));

const READ = z.strictObject({ expand });

const LIST = z.strictObject({
  ...pageParams,
  customer: text.optional(),
  payment_intent: text.optional(),
  subscription: text.optional(),
});

async function create(call: Call): Promise<Stripe.Checkout.Session> {
  const params = readParams(CREATE, call.form);
  const { mode, line_items: lines, currency = '' } = params;
  const checkout =
    mode === 'setup' || lines === undefined
      ? await openSetupCheckout(call, { ...params, currency })
      : await openCheckout(call, { ...params, mode, line_items: lines });
  return answerOf(call.records, checkout, params.expand);
}

async function retrieve(call: Call): Promise<Stripe.Checkout.Session> {
  const params = readParams(READ, call.form);
  const checkout = await findCheckout(call, call.id);
  if (checkout === undefined) throw noSuch('checkout.session', call.id, 'session');
  return answerOf(call.records, checkout, params.expand);
}

async function listSessions({ records, form }: Call) {
  const { limit, customer, payment_intent: intent, subscription, starting_after } = readParams(LIST, form);
  const where = { session: { customer, payment_intent: intent, subscription } };
  const page = await listObjects(records, 'checkout', { where, limit, starting_after }, '/v1/checkout/sessions');
  return { ...page, data: page.data.map(({ session }) => session) };
}

async function expireSession(call: Call): Promise<Stripe.Checkout.Session> {
  const params = readParams(READ, call.form);
  const result = await takeStep(call, call.id, 'open', expire);
  if (result === undefined) throw noSuch('checkout.session', call.id, 'session');
  if (result.taken) return answerOf(call.records, result.checkout, params.expand);
  throw new SandboxApiError(
    'Only Checkout Sessions with a status in ["open"] can be expired. ' +
      `This Checkout Session has a status of \`${result.checkout.session.status}\`.`,
    { status: 400 },
  );
}

async function answerOf(
  records: Call['records'],
  { session, lines }: Checkout,
  paths: readonly string[],
): Promise<Stripe.Checkout.Session> {
  const url = `/v1/checkout/sessions/${session.id}/line_items`;
  const withLines: Stripe.Checkout.Session = paths.includes('line_items')
    ? { ...session, line_items: { object: 'list', data: [...lines], has_more: false, url } }
    : session;
  return expanded(records, withLines, paths);
}
