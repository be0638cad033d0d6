/**
 * The sandbox's part of Stripe's API: the endpoints that the adapter calls, and a few to look
 * around with. Everything else is an error.
 */
import type Stripe from 'stripe';
import { SANDBOX_REALM } from '../wire/realm.ts';
import { noSuch, SandboxApiError } from './api-error.ts';
import type { CheckoutRecord } from './checkout-record.ts';
import { expire } from './checkout-steps.ts';
import { findCheckout, openCheckout, takeStep } from './checkouts.ts';
import type { FormObject } from './form.ts';
import { toUnixSeconds } from './object-id.ts';
import { newCustomer } from './objects.ts';
import type { Records, StoredEvent } from './records.ts';
import {
  CUSTOMER_CREATE,
  CUSTOMER_UPDATE,
  EVENT_LIST,
  NO_PARAMS,
  readParams,
  SESSION_CREATE,
  SESSION_LIST,
  SESSION_READ,
} from './request-schemas.ts';

/** One call, inside its transaction. */
export interface Call {
  readonly records: Records;
  readonly form: FormObject;
  /** The id in the path; empty where the path has none. */
  readonly id: string;
  readonly now: Date;
  readonly urlOf: (sessionId: string) => string;
}

interface Endpoint {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly run: (call: Call) => Promise<unknown>;
}

const ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: /^\/v1\/customers$/, run: createCustomer },
  { method: 'GET', path: /^\/v1\/customers\/(\w+)$/, run: (call) => retrieve(call, 'customer') },
  { method: 'POST', path: /^\/v1\/customers\/(\w+)$/, run: updateCustomer },
  { method: 'GET', path: /^\/v1\/account$/, run: retrieveAccount },
  { method: 'GET', path: /^\/v1\/products\/(\w+)$/, run: (call) => retrieve(call, 'product') },
  { method: 'GET', path: /^\/v1\/prices\/(\w+)$/, run: (call) => retrieve(call, 'price') },
  { method: 'POST', path: /^\/v1\/checkout\/sessions$/, run: createSession },
  { method: 'GET', path: /^\/v1\/checkout\/sessions$/, run: listSessions },
  { method: 'GET', path: /^\/v1\/checkout\/sessions\/(\w+)$/, run: retrieveSession },
  { method: 'POST', path: /^\/v1\/checkout\/sessions\/(\w+)\/expire$/, run: expireSession },
  { method: 'GET', path: /^\/v1\/payment_intents\/(\w+)$/, run: retrieveIntent },
  { method: 'GET', path: /^\/v1\/events$/, run: listEvents },
  { method: 'GET', path: /^\/v1\/events\/(\w+)$/, run: retrieveEvent },
];

/** @throws SandboxApiError, as Stripe answers for an unknown address. */
export function findEndpoint(method: string, path: string): { run: Endpoint['run']; id: string } {
  for (const endpoint of ENDPOINTS) {
    const match = endpoint.method === method ? endpoint.path.exec(path) : null;
    if (match !== null) return { run: endpoint.run, id: match[1] ?? '' };
  }
  throw new SandboxApiError(`Unrecognized request URL (${method}: ${path}). The sandbox does not have it; Stripe may.`, {
    status: 404,
  });
}

async function createCustomer({ records, form, now }: Call): Promise<Stripe.Customer> {
  const customer = newCustomer(readParams(CUSTOMER_CREATE, form), toUnixSeconds(now));
  await records.put('customer', customer.id, customer);
  return customer;
}

async function updateCustomer({ records, form, id }: Call): Promise<Stripe.Customer> {
  const params = readParams(CUSTOMER_UPDATE, form);
  const found = await records.find('customer', id);
  if (found === undefined) throw noSuch('customer', id, 'id');
  const changed: Stripe.Customer = {
    ...found,
    ...(params.name === undefined ? {} : { name: params.name || null }),
    ...(params.email === undefined ? {} : { email: params.email || null }),
  };
  await records.put('customer', id, changed);
  return changed;
}

/** Returns only what identifies the account. */
async function retrieveAccount({ form }: Call): Promise<Pick<Stripe.Account, 'id' | 'object' | 'type'>> {
  readParams(NO_PARAMS, form);
  return { id: SANDBOX_REALM.account, object: 'account', type: 'standard' };
}

async function retrieve({ records, form, id }: Call, kind: 'customer' | 'product' | 'price') {
  readParams(NO_PARAMS, form);
  const found = await records.find(kind, id);
  if (found === undefined) throw noSuch(kind, id, kind === 'customer' ? 'id' : kind);
  return found;
}

async function createSession({ records, form, now, urlOf }: Call): Promise<Stripe.Checkout.Session> {
  const params = readParams(SESSION_CREATE, form);
  return expanded(await openCheckout(records, params, urlOf, now), params.expand);
}

async function retrieveSession({ records, form, id, now }: Call): Promise<Stripe.Checkout.Session> {
  const { expand } = readParams(SESSION_READ, form);
  const checkout = await findCheckout(records, id, now);
  if (checkout === undefined) throw noSuch('checkout.session', id, 'session');
  return expanded(checkout, expand);
}

async function listSessions({ records, form }: Call) {
  const { limit, customer, payment_intent: intent, starting_after: after } = readParams(SESSION_LIST, form);
  const before = after === undefined ? undefined : await records.find('checkout', after);
  if (after !== undefined && before === undefined) throw noSuch('checkout.session', after, 'starting_after');
  const found = await records.listCheckouts({ customer, intent, before, limit: limit + 1 });
  const data = found.slice(0, limit).map(({ session }) => session);
  return { object: 'list', data, has_more: found.length > limit, url: '/v1/checkout/sessions' };
}

async function expireSession({ records, form, id, now }: Call): Promise<Stripe.Checkout.Session> {
  const { expand } = readParams(SESSION_READ, form);
  const result = await takeStep(records, id, 'open', expire, now);
  if (result === undefined) throw noSuch('checkout.session', id, 'session');
  if (result.taken) return expanded(result.checkout, expand);
  throw new SandboxApiError(
    'Only Checkout Sessions with a status in ["open"] can be expired. ' +
      `This Checkout Session has a status of \`${result.checkout.session.status}\`.`,
    { status: 400 },
  );
}

async function retrieveIntent({ records, form, id }: Call): Promise<Stripe.PaymentIntent> {
  readParams(NO_PARAMS, form);
  const intent = await records.findIntent(id);
  if (intent === undefined) throw noSuch('payment_intent', id, 'intent');
  return intent;
}

async function listEvents({ records, form }: Call) {
  const { limit, type, starting_after: after } = readParams(EVENT_LIST, form);
  const before = after === undefined ? undefined : (await requireEvent(records, after, 'starting_after')).sequence;
  const events = await records.listEvents({ type, before, limit: limit + 1 });
  const page = events.slice(0, limit).map((event): unknown => JSON.parse(event.payload));
  return { object: 'list', data: page, has_more: events.length > limit, url: '/v1/events' };
}

async function retrieveEvent({ records, form, id }: Call): Promise<unknown> {
  readParams(NO_PARAMS, form);
  return JSON.parse((await requireEvent(records, id, 'id')).payload);
}

async function requireEvent(records: Records, eventId: string, param: string): Promise<StoredEvent> {
  const event = await records.findEvent(eventId);
  if (event === undefined) throw noSuch('event', eventId, param);
  return event;
}

function expanded({ session, intent, lines }: CheckoutRecord, expand: readonly string[]): Stripe.Checkout.Session {
  return {
    ...session,
    ...(expand.includes('payment_intent') ? { payment_intent: intent } : {}),
    ...(expand.includes('line_items')
      ? {
          line_items: {
            object: 'list',
            data: [...lines],
            has_more: false,
            url: `/v1/checkout/sessions/${session.id}/line_items`,
          },
        }
      : {}),
  };
}
