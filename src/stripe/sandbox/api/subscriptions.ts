/** Subscriptions. */
import type Stripe from 'stripe';
import { z } from 'zod';
import { namedCustomer } from '../acts/customers.ts';
import { namedMethod } from '../acts/methods.ts';
import { subscribe } from '../acts/subscribe.ts';
import type { PricedLine } from '../objects/catalogue.ts';
import { cardError, noSuch, SandboxApiError } from '../wire/api-error.ts';
import { expandable, list, metadata, pageParams, readParams, text } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';
import { expanded } from './expand.ts';
import { listObjects, type ObjectList } from './object-list.ts';
import { linesOf, newItemParams, onceLines, recurringLine } from './subscription-params.ts';

export const SUBSCRIPTIONS = [
  endpoint('POST', '/v1/subscriptions', create),
  endpoint('GET', '/v1/subscriptions', listSubscriptions),
  endpoint('GET', '/v1/subscriptions/:id', retrieve),
];

const expand = expandable(['customer', 'default_payment_method', 'latest_invoice', 'latest_invoice.payments']);

const CREATE = z.strictObject({
  customer: text,
  items: list(newItemParams, { least: 1, most: 20 }),
  add_invoice_items: onceLines,
  default_payment_method: text.optional(),
  description: text.max(500).optional(),
  metadata: metadata.default({}),
  off_session: z.literal('true', 'The sandbox starts subscriptions only while the customer is away.'),
  payment_behavior: z.literal('error_if_incomplete', 'The sandbox knows `error_if_incomplete` only.'),
  expand,
});

const READ = z.strictObject({ expand });

const LIST = z.strictObject({
  ...pageParams,
  customer: text.optional(),
  status: z.enum(['active', 'past_due', 'unpaid', 'canceled', 'incomplete', 'paused', 'all']).optional(),
});

async function create(call: Call): Promise<Stripe.Subscription> {
  const { items, add_invoice_items: once, ...params } = readParams(CREATE, call.form);
  const customer = await namedCustomer(call.records, params.customer);
  const lines: PricedLine[] = [];
  for (const [index, item] of items.entries()) lines.push(await recurringLine(call, item, `items[${index}]`));
  lines.push(...(await linesOf(call, once, 'add_invoice_items')));
  const method = await methodOf(call, params.default_payment_method, customer);
  const { metadata, description } = params;
  const { intent, subscription } = await subscribe(call, { customer, lines, metadata, description, method, presence: 'away' });
  if (subscription !== undefined) return expanded(call.records, subscription, params.expand);
  if (!intent?.last_payment_error) throw new Error('A first payment ended without a reason.');
  throw cardError(intent.last_payment_error, intent);
}

/** The method that the call names, or the customer's default. */
function methodOf(call: Call, named: string | undefined, customer: Stripe.Customer): Promise<Stripe.PaymentMethod> {
  const methodId = named ?? customer.invoice_settings.default_payment_method;
  if (typeof methodId === 'string') return namedMethod(call, methodId, customer.id);
  throw new SandboxApiError(
    'This customer has no attached payment source or default payment method. Please consider adding a default payment method.',
    { status: 400, code: 'resource_missing' },
  );
}

async function retrieve(call: Call): Promise<Stripe.Subscription> {
  const params = readParams(READ, call.form);
  const subscription = await call.records.find('subscription', call.id);
  if (subscription === undefined) throw noSuch('subscription', call.id, 'id');
  return expanded(call.records, subscription, params.expand);
}

/** Without a status, all but the canceled ones. */
async function listSubscriptions({ records, form }: Call): Promise<ObjectList<Stripe.Subscription>> {
  const { limit, starting_after, customer, status } = readParams(LIST, form);
  const where = { customer, status: status === 'all' ? undefined : status };
  const page = await listObjects(records, 'subscription', { where, limit, starting_after }, '/v1/subscriptions');
  return status === undefined ? { ...page, data: page.data.filter((each) => each.status !== 'canceled') } : page;
}
