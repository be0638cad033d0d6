/** `brim doctor` finds each fault that is planted, says what to do, and changes nothing. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doctor } from '../../src/commands/doctor.ts';
import { EVENT_SUBJECTS } from '../../src/stripe/webhook-events.ts';
import { runOn } from '../support/database-url.ts';
import { emptyDatabase, type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { run } from './run.ts';

/** What the account at Stripe has; a path that is left out has no such object. */
interface Account {
  readonly status?: number;
  readonly forbidden?: string;
  readonly endpoints?: readonly Record<string, unknown>[];
}

let account: Account = {};
let stripe: Server;
let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  stripe = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://stripe').pathname;
    const reply = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const refuse = (status: number, code: string) =>
      reply(status, { error: { type: 'invalid_request_error', code, message: code } });
    if (account.status) return refuse(account.status, 'refused');
    if (account.forbidden && path.startsWith(account.forbidden)) return refuse(403, 'more_permissions_required');
    if (path === '/v1/account') return reply(200, { id: 'acct_1', object: 'account' });
    if (path === '/v1/webhook_endpoints') return reply(200, { object: 'list', data: account.endpoints ?? [], has_more: false });
    return refuse(404, 'resource_missing');
  });
  await new Promise<void>((resolve) => stripe.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  stripe.closeAllConnections();
  stripe.close();
  await database.drop();
});

const examine = (more: Record<string, string> = {}) => run(doctor, { DATABASE_URL: database.url, ...more });

const withStripe = (has: Account) => {
  account = has;
  const { port } = stripe.address() as AddressInfo;
  return examine({
    STRIPE_SECRET_KEY: 'rk_test_51Kf83hGd92kLmNpQr',
    STRIPE_WEBHOOK_SECRET: 'whsec_9fKd82LmQp37XvTz',
    STRIPE_API_URL: `http://127.0.0.1:${port}`,
    PUBLIC_URL: 'https://pay.pebble.app',
  });
};
const ENDPOINT = {
  url: 'https://pay.pebble.app/webhooks/stripe',
  status: 'enabled',
  enabled_events: Object.keys(EVENT_SUBJECTS),
};

async function onDatabase(plant: string, undo: string, says: string, code = 1) {
  const name = new URL(database.url).pathname.slice(1);
  await runOn(database.url, plant.replaceAll('DATABASE_NAME', name));
  const ran = await examine();
  await runOn(database.url, undo.replaceAll('DATABASE_NAME', name));
  expect(ran.lines).toContainEqual(expect.stringContaining(says));
  expect(ran.code).toBe(code);
}

describe('brim doctor', () => {
  it('says line by line what is well, and what is simulated', async () => {
    const { code, lines } = await examine();
    expect(lines).toEqual([
      'ok       configuration: of development, without a problem',
      'warning  payments: are simulated by the sandbox: nobody pays. Set STRIPE_SECRET_KEY for Stripe.',
      expect.stringMatching(/^ok {7}database: is PostgreSQL \d\d.*, and answers$/),
      // The tests' server is faster, and forgets what a crash takes.
      expect.stringMatching(/durability: /),
      ...lines.slice(4, -5),
      'ok       schema: has all migrations of this build',
      'ok       LISTEN: a notification arrives',
      'ok       clock: of this machine and of the database agree',
      'ok       processes: 0 run on this database',
      expect.stringMatching(/^There (is|are) (no|1|\d) faults?\.$/),
    ]);
    const faults = lines.filter((line) => line.startsWith('fault'));
    expect(faults.every((line) => line.includes('durability'))).toBe(true);
    expect(code).toBe(faults.length > 0 ? 1 : 0);
  });

  it.each([
    [
      'a migration that is missing',
      `CREATE TABLE kept AS SELECT * FROM _prisma_migrations; DELETE FROM _prisma_migrations WHERE migration_name LIKE '%_webhooks'`,
      'DELETE FROM _prisma_migrations; INSERT INTO _prisma_migrations SELECT * FROM kept; DROP TABLE kept',
      'fault    schema: lacks 1: 20261128090000_webhooks. Run "brim migrate", or start Brim.',
    ],
    [
      'a migration of a newer build',
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '29990101000000_later', now())`,
      `DELETE FROM _prisma_migrations WHERE id = 'x'`,
      'it has 29990101000000_later, which this build does not know',
    ],
    [
      'entries that could be changed',
      'ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_append_only',
      'ALTER TABLE ledger_entry ENABLE TRIGGER ledger_entry_append_only',
      'fault    schema: the trigger ledger_entry_append_only is missing or disabled: entries of the ledger can be changed.',
    ],
    [
      'commits that a crash loses',
      'ALTER DATABASE DATABASE_NAME SET synchronous_commit = off',
      'ALTER DATABASE DATABASE_NAME RESET synchronous_commit',
      'fault    durability: synchronous_commit is off: a crash loses what callers were answered.',
    ],
    [
      'a database that only reads',
      'ALTER DATABASE DATABASE_NAME SET default_transaction_read_only = on',
      'BEGIN READ WRITE; ALTER DATABASE DATABASE_NAME RESET default_transaction_read_only; COMMIT',
      'fault    database: only reads: it is a standby, or was set so. Give Brim the address of the primary.',
    ],
  ])('finds %s', async (_, plant, undo, says) => onDatabase(plant, undo, says));

  it('finds work that nobody does', async () => {
    await runOn(
      database.url,
      `INSERT INTO account (customer_id, next_due_at) VALUES ('ada', now() - interval '2 minutes');
       INSERT INTO webhook_endpoint (id, url, events, secret, disabled_reason, created_at) VALUES ('e', 'https://x', '{}', 's', 'gone', now())`,
    );
    const { lines } = await examine();
    await runOn(database.url, 'DELETE FROM account; DELETE FROM webhook_endpoint');
    expect(lines).toContain('warning  ledger: 1 accounts are overdue by more than a minute. Start Brim.');
    expect(lines).toContainEqual(expect.stringContaining('warning  webhooks: 1 endpoints of the app were disabled'));
  });

  it('finds a time that was moved', async () => {
    await runOn(database.url, 'UPDATE test_clock SET offset_ms = 86400000');
    const { lines } = await examine();
    await runOn(database.url, 'UPDATE test_clock SET offset_ms = 0');
    expect(lines).toContainEqual(expect.stringContaining('warning  clock: of the ledger was moved by 86400 s.'));
  });

  it('finds an address past the pooler that leads to another database', async () => {
    const other = await freshDatabase();
    const { lines, code } = await examine({ DATABASE_DIRECT_URL: other.url });
    await other.drop();
    expect(lines).toContainEqual(expect.stringContaining('fault    LISTEN: a notification does not arrive'));
    expect(code).toBe(1);
  });

  it('looks at an empty database without falling over', async () => {
    const empty = await emptyDatabase();
    const { lines, code } = await run(doctor, { DATABASE_URL: empty.url });
    await empty.drop();
    expect(lines).toContainEqual(expect.stringMatching(/^fault {4}schema: lacks \d+: /));
    expect(code).toBe(1);
  });

  it('finds a database that does not answer, and goes on to Stripe', async () => {
    const { lines, code } = await run(doctor, { DATABASE_URL: 'postgresql://brim:secret@127.0.0.1:9/brim' });
    expect(lines).toContainEqual(
      expect.stringMatching(/^fault {4}database: DATABASE_URL: nothing takes connections at 127.0.0.1:9/),
    );
    expect(lines.join()).not.toContain('secret@');
    expect(code).toBe(1);
  });

  it('names each variable that cannot be used, and one that nothing reads', async () => {
    const { lines, code } = await examine({ PORT: 'many', BRIM_SECRET_KEY: 'short' });
    expect(lines.filter((line) => line.startsWith('fault    configuration: '))).toHaveLength(2);
    expect(code).toBe(1);
    expect((await examine({ BRIM_SECRET_KEYS: 'x' })).lines[0]).toMatch(/^warning {2}configuration: .*BRIM_SECRET_KEYS/);
  });

  it.each<[string, Account, string]>([
    ['a key that is refused', { status: 401 }, 'fault    Stripe key: is refused by Stripe.'],
    [
      'a permission that is missing',
      { forbidden: '/v1/refunds' },
      'fault    Stripe key: lacks permissions: Charges and Refunds: write.',
    ],
    [
      'a webhook that does not exist',
      { endpoints: [{ ...ENDPOINT, url: 'https://old.app/webhooks/stripe' }] },
      'fault    Stripe webhook: there is no endpoint https://pay.pebble.app/webhooks/stripe.',
    ],
    [
      'a webhook that is disabled',
      { endpoints: [{ ...ENDPOINT, status: 'disabled' }] },
      'fault    Stripe webhook: https://pay.pebble.app/webhooks/stripe is disabled.',
    ],
    [
      'events that are missing',
      { endpoints: [{ ...ENDPOINT, enabled_events: ENDPOINT.enabled_events.filter((type) => type !== 'invoice.paid') }] },
      'is not told of invoice.paid.',
    ],
    [
      'a webhook that the key may not read',
      { forbidden: '/v1/webhook_endpoints' },
      'warning  Stripe webhook: cannot be read with this key.',
    ],
    [
      'nothing wrong with Stripe',
      { endpoints: [ENDPOINT] },
      'ok       Stripe webhook: https://pay.pebble.app/webhooks/stripe is enabled and has all events',
    ],
  ])('finds %s', async (_, has, says) => {
    const { lines } = await withStripe(has);
    expect(lines).toContainEqual(expect.stringContaining(says));
  });
});
