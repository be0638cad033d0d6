/**
 * A small Stripe for development without an account, and for tests. It implements what the adapter
 * uses, with its state in Postgres and with webhooks that are signed and retried. It moves no
 * money, and must never run in production (refuse-in-production.ts).
 *
 * - `/sandbox/stripe/v1/…`: the part of Stripe's API that the adapter needs
 * - `/sandbox/checkout/{session}`: the page on which a customer "pays"
 * - `/sandbox/portal/{session}`: the billing portal, with the customer's cards
 * - `/sandbox/receipts/{charge}`: the receipt of a charge
 * - `/sandbox/invoices/{invoice}`: an invoice, and its payment by the customer
 * - `POST /sandbox/events/{event}/deliver`: sends the event's webhook again (`times`, `together`)
 * - `POST /sandbox/clock`, with the sandbox's key: moves its clock to an instant (`to`)
 * - `POST /sandbox/control/{verb}`, with the sandbox's key: a refund, dispute, fraud warning or
 *   decline (control/control-routes.ts lists the verbs and their fields)
 * - `POST /sandbox/control/adverse-delivery`, with a `seed`: webhooks come late, twice, out of
 *   order or never, until `usual-delivery` (wire/adverse-delivery.ts lists the fields)
 * - `/sandbox/faults`: POST makes the next calls fail as Stripe fails; DELETE ends that
 */

import type { Database } from '../../database/database.ts';
import type { Log } from '../../platform/log.ts';
import type { Clock } from '../../values/clock.ts';
import { expireDueCheckouts } from './acts/checkouts.ts';
import { renewUntil } from './acts/renewals.ts';
import { openApi } from './api/request.ts';
import { type Control, openControl } from './control/control.ts';
import { openControlRoutes } from './control/control-routes.ts';
import { ADVERSE_ID } from './control/deliveries.ts';
import { type MovedClock, openMovedClock } from './control/moved-clock.ts';
import { type Delivery, openDelivery } from './delivery/delivery.ts';
import type { WebhookTarget } from './delivery/post-event.ts';
import { openInvoicePages } from './pages/invoice-routes.ts';
import { openPages } from './pages/page-routes.ts';
import { openPortal } from './pages/portal-routes.ts';
import { openReceipts } from './pages/receipt-routes.ts';
import { sandboxOutbox } from './store/event-outbox.ts';
import { createSandboxTables, sandboxRecords } from './store/records.ts';
import { FAULT_FORM, type Faults, openFaults } from './wire/faults.ts';
import type { PageUrl } from './wire/page-url.ts';

export { refuseInProduction, type SandboxEnvironment } from './refuse-in-production.ts';

export interface SandboxDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** The public address of `/sandbox`, without a slash at its end. */
  readonly baseUrl: () => string;
  readonly webhook: WebhookTarget;
  /** The secret key that its API accepts. */
  readonly secretKey: string;
  /** held: webhooks go out only through `events.deliver` and `deliverDue`. */
  readonly delivery?: 'immediate' | 'held';
}

export interface PendingEvent {
  readonly id: string;
  readonly type: string;
  /** The session or payment intent that it is about. */
  readonly objectId: string;
  readonly attempts: number;
}

export interface Sandbox extends Control {
  /** Its own clock, which may be ahead of the app's. */
  readonly clock: MovedClock;
  handle(request: Request): Promise<Response>;
  /**
   * Expires checkouts and delivers all events that are due. @returns how many were answered with
   * 2xx.
   */
  deliverDue(): Promise<number>;
  readonly events: {
    /** Not delivered yet, oldest first. */
    pending(): Promise<readonly PendingEvent[]>;
    /** Posts one event, due or not, delivered before or not, in any order. */
    deliver: Delivery['deliver'];
  };
  /** Makes the next calls of its API fail. */
  readonly faults: Pick<Faults, 'add' | 'clear'>;
  /** Ends timers and webhooks under way, and waits for them. */
  close(): Promise<void>;
}

const DELIVERIES_LIMIT = 20;

export async function openSandbox(deps: SandboxDeps): Promise<Sandbox> {
  const { database, log, baseUrl } = deps;
  await createSandboxTables(database);
  const outbox = sandboxOutbox(database);
  const urlOf: PageUrl = (page, id) => `${baseUrl()}/${page}/${id}`;
  const clock = await openMovedClock({ database, clock: deps.clock, urlOf, wake: () => delivery.wake() });
  const faults = openFaults();
  const api = openApi({ database, clock, log, secretKey: deps.secretKey, urlOf, faults });
  const pages = openPages({ database, clock, urlOf });
  const receipts = openReceipts(database);
  const invoices = openInvoicePages({ database, clock, urlOf });
  const portal = openPortal({ database, clock, urlOf });
  const delivery = openDelivery({
    outbox,
    webhook: deps.webhook,
    clock,
    receiversClock: deps.clock,
    log,
    mode: deps.delivery ?? 'immediate',
    adverse: () => database.transaction((transaction) => sandboxRecords(transaction).find('adverse_delivery', ADVERSE_ID)),
    expireDue: async () => {
      await renewUntil(database, { now: clock.now(), urlOf });
      await expireDueCheckouts(database, { now: clock.now(), urlOf });
    },
  });

  const deliverAgain = async (request: Request, eventId: string): Promise<Response> => {
    if (request.method !== 'POST') return json(405, { error: 'POST only' });
    if ((await outbox.find(eventId)) === undefined) return json(404, { error: `There is no event "${eventId}".` });
    const query = new URL(request.url).searchParams;
    const times = Number(query.get('times') ?? 1);
    if (!Number.isInteger(times) || times < 1 || times > DELIVERIES_LIMIT)
      return json(400, { error: `times: 1 to ${DELIVERIES_LIMIT}` });
    return json(200, { results: await delivery.deliver(eventId, { times, together: query.has('together') }) });
  };

  const moveClock = async (request: Request): Promise<Response> => {
    if (request.headers.get('authorization') !== `Bearer ${deps.secretKey}`)
      return json(401, { error: "The sandbox's key, please." });
    const to = new Date(new URLSearchParams(await request.text()).get('to') ?? '');
    if (!(to.getTime() >= clock.now().getTime())) return json(400, { error: 'to: an instant that is not past' });
    await clock.advance(to);
    return json(200, { now: clock.now() });
  };

  const changeFaults = async (request: Request): Promise<Response> => {
    if (request.headers.get('authorization') !== `Bearer ${deps.secretKey}`)
      return json(401, { error: "The sandbox's key, please." });
    if (request.method === 'DELETE') faults.clear();
    else {
      const fault = FAULT_FORM.safeParse(Object.fromEntries(new URLSearchParams(await request.text())));
      if (!fault.success)
        return json(400, { error: fault.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) });
      faults.add(fault.data);
    }
    return json(200, { ok: true });
  };

  const route = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (pathname === '/sandbox/faults' && ['POST', 'DELETE'].includes(request.method)) return changeFaults(request);
    if (pathname === '/sandbox/clock' && request.method === 'POST') return moveClock(request);
    const [, part = '', rest = ''] =
      /^\/sandbox\/(stripe|checkout|portal|receipts|invoices|control|events)(\/.*)$/.exec(pathname) ?? [];
    if (part === 'stripe') return api(request, rest);
    if (part === 'checkout') return pages(request, rest);
    if (part === 'control') return openControlRoutes(control, deps.secretKey)(request, rest);
    if (part === 'portal') return portal(request, rest);
    if (part === 'receipts') return receipts(request, rest);
    if (part === 'invoices') return invoices(request, rest);
    const eventId = /^\/(\w+)\/deliver$/.exec(rest)?.[1];
    return part === 'events' && eventId !== undefined
      ? deliverAgain(request, eventId)
      : json(404, { error: 'There is nothing here.' });
  };

  const control = openControl({ database, clock, urlOf, wake: () => delivery.wake() });

  // Delivers what an earlier process left undelivered.
  delivery.wake();

  return {
    ...control,
    clock,
    async handle(request) {
      const response = await route(request).catch((error: unknown) => {
        log.error({ err: error, path: new URL(request.url).pathname }, 'sandbox request failed');
        return json(500, { error: 'The sandbox failed; its log says why.' });
      });
      if (request.method === 'POST') delivery.wake();
      return response;
    },
    deliverDue: () => delivery.deliverDue(),
    events: {
      pending: async () => (await outbox.pending()).map(({ id, type, objectId, attempts }) => ({ id, type, objectId, attempts })),
      deliver: (eventId, options) => delivery.deliver(eventId, options),
    },
    faults,
    close: () => delivery.close(),
  };
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}
