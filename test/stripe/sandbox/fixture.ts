/**
 * A sandbox behind an HTTP server, on its own database, with a receiver of webhooks and a clock
 * that stands still. `close` closes all of it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import Stripe from 'stripe';
import { type Database, openDatabase } from '../../../src/database/database.ts';
import { type Log, openLog } from '../../../src/platform/log.ts';
import { stripeCalls } from '../../../src/stripe/calls.ts';
import { openStripe } from '../../../src/stripe/client.ts';
import type { StripeConnection } from '../../../src/stripe/connection.ts';
import { openLimiter } from '../../../src/stripe/read-limiter.ts';
import { openSandbox, type Sandbox } from '../../../src/stripe/sandbox/sandbox.ts';
import { stripeStore } from '../../../src/stripe/tables/stripe.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

export const SECRET_KEY = 'sk_test_fixture';
export const WEBHOOK_SECRET = 'whsec_fixture';

export interface TestClock {
  now(): Date;
  pass(durationMs: number): void;
}

export function testClock(start = new Date('2026-03-01T12:00:00.000Z')): TestClock {
  let time = start.getTime();
  return {
    now: () => new Date(time),
    pass(durationMs) {
      time += durationMs;
    },
  };
}

export interface Received {
  readonly event: { readonly id: string; readonly type: string; readonly data: { readonly object: { readonly id: string } } };
  readonly body: string;
  readonly signature: string;
}

export interface Receiver {
  readonly received: readonly Received[];
  /** Answers the next webhooks. */
  respond: (request: Request) => Promise<Response>;
  /** Resolves once this many webhooks were answered. */
  answered(count: number): Promise<readonly Received[]>;
}

export interface SandboxFixture {
  readonly database: Database;
  readonly clock: TestClock;
  readonly log: Log;
  readonly stripe: Stripe;
  /** The address of the server, without a slash at its end. */
  readonly origin: string;
  readonly sandbox: Sandbox;
  readonly receiver: Receiver;
  /** Replaces the sandbox by another one on the same database, as after a crash. */
  restart(delivery: 'immediate' | 'held'): Promise<Sandbox>;
  /** Posts a form to one of the pages. It does not follow redirects. */
  press(address: string, fields?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export async function openSandboxFixture({
  delivery = 'held',
}: {
  delivery?: 'immediate' | 'held';
} = {}): Promise<SandboxFixture> {
  const fresh: FreshDatabase = await freshDatabase();
  const database = openDatabase({ url: fresh.url });
  const clock = testClock();
  const log = openLog('silent');
  const receiver = openReceiver();
  const sandboxes: Sandbox[] = [];

  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing, (request) =>
      new URL(request.url).pathname === '/webhooks/stripe' ? receiver.take(request) : current().handle(request),
    );
  });
  const origin = await listen(server);

  const current = (): Sandbox => {
    const last = sandboxes.at(-1);
    if (last === undefined) throw new Error('The sandbox is not open.');
    return last;
  };
  const open = async (mode: 'immediate' | 'held') => {
    const sandbox = await openSandbox({
      database,
      clock,
      log,
      baseUrl: () => `${origin}/sandbox`,
      webhook: { url: () => `${origin}/webhooks/stripe`, secret: WEBHOOK_SECRET },
      secretKey: SECRET_KEY,
      delivery: mode,
    });
    sandboxes.push(sandbox);
    return sandbox;
  };
  await open(delivery);

  return {
    database,
    clock,
    log,
    origin,
    receiver,
    stripe: openStripe({ secretKey: SECRET_KEY, apiUrl: () => `${origin}/sandbox/stripe` }),
    get sandbox() {
      return current();
    },
    async restart(mode) {
      await current().close();
      return open(mode);
    },
    press: (address, fields) =>
      fetch(address, {
        method: 'POST',
        redirect: 'manual',
        ...(fields === undefined ? {} : { body: new URLSearchParams(fields) }),
      }),
    async close() {
      for (const sandbox of sandboxes) await sandbox.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
      await fresh.drop();
    },
  };
}

export const REALM = { account: 'acct_fixture', live: false } as const;
export const INSTALLATION = 'inst_fixture';

/** The parts of the adapter, with changes of a test. */
export function adapterDeps(fixture: SandboxFixture, changes: Partial<StripeConnection> = {}): StripeConnection {
  return {
    stripe: fixture.stripe,
    calls: stripeCalls({ limiter: openLimiter(1_000), log: changes.log ?? fixture.log }),
    store: stripeStore(fixture.database),
    log: fixture.log,
    realm: () => REALM,
    knownRealm: async () => REALM,
    installationId: INSTALLATION,
    ...changes,
  };
}

/** The parameters of a checkout of `units` × $10. */
export function sessionParams(
  units = 2,
  changes: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'payment',
    line_items: [
      { quantity: units, price_data: { currency: 'usd', unit_amount: 1_000, product_data: { name: '100 messages' } } },
    ],
    success_url: 'https://app.test/return?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://app.test/plans',
    ...changes,
  };
}

/** The error that the SDK threw. */
export async function thrownBy(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Stripe.errors.StripeError) return error;
  throw new Error(`Stripe's error was expected, not ${String(error)}`);
}

/** The session's page. @throws Error where it has none. */
export function pageOf(session: Stripe.Checkout.Session): string {
  if (session.url === null) throw new Error(`The session ${session.id} has no page.`);
  return session.url;
}

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}`;
}

function openReceiver(): Receiver & { take(request: Request): Promise<Response> } {
  const received: Received[] = [];
  let waiting: { count: number; resolve: (received: readonly Received[]) => void }[] = [];
  let answeredCount = 0;
  return {
    received,
    respond: async () => new Response('ok'),
    answered(count) {
      if (answeredCount >= count) return Promise.resolve(received);
      return new Promise((resolve) => waiting.push({ count, resolve }));
    },
    async take(request) {
      const body = await request.clone().text();
      received.push({ event: JSON.parse(body), body, signature: request.headers.get('stripe-signature') ?? '' });
      const response = await this.respond(request);
      answeredCount += 1;
      for (const each of waiting) if (each.count <= answeredCount) each.resolve(received);
      waiting = waiting.filter((each) => each.count > answeredCount);
      return response;
    },
  };
}

export async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  take: (request: Request) => Promise<Response>,
): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
  const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
    method: incoming.method ?? 'GET',
    headers,
    ...(body.byteLength > 0 ? { body } : {}),
  });
  const response = await take(request).catch((error: unknown) => new Response(String(error), { status: 500 }));
  const answer = await response.arrayBuffer().catch(() => undefined);
  if (answer === undefined) return void outgoing.destroy();
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(answer));
}
