/**
 * What cannot be read at the moment at which it is due: nothing is lost, and nothing comes twice.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { LISTENERS, type Listener } from '../feed/listeners.ts';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { patience } from '../support/deadlines.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { openPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.ts';
import { createCustomer, createCustomerToken, MESSAGES, openShop, track } from '../support/shop.ts';

const PATIENCE = { timeout: patience(60_000) };
const END_SESSIONS =
  'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';

let database: FreshDatabase;
let proxy: PostgresProxy;
/** Reaches its database through the proxy. */
let brim: TestBrim;
let token: string;
let listeners: (Listener & { readonly name: string })[];

beforeAll(() => void vi.stubGlobal('WebSocket', WebSocket));
afterAll(() => void vi.unstubAllGlobals());
beforeEach(async () => {
  database = await freshDatabase();
  proxy = await openPostgresProxy(database.url);
  brim = await openShop({ databaseUrl: proxy.url });
  await createCustomer(brim, 'ada');
  token = await createCustomerToken(brim, 'ada');
  listeners = [];
});
afterEach(async () => {
  proxy.mend();
  for (const { leave } of listeners) leave();
  await brim.close();
  await proxy.close();
  await database.drop();
});

/** One of each kind. @returns those that came now. */
function listen(): readonly Listener[] {
  const own = LISTENERS.map(([name, open]) => ({ name, ...open(brim, token) }));
  listeners.push(...own);
  return own;
}

const untilAll = (own: readonly Listener[], isReady: (listener: Listener) => boolean) =>
  vi.waitFor(() => expect(own.map(isReady)).toEqual(own.map(() => true)), PATIENCE);

/** The entries from the second to the last. */
const changesTo = (last: number) => Array.from({ length: last - 1 }, (_, index) => `LEDGER ${index + 2}`);

function expectHeard(own: readonly Listener[], heard: readonly string[]): void {
  expect(own.map((each) => ({ heard: each.heard, ends: each.ends }))).toEqual(own.map(() => ({ heard, ends: [] })));
}

/** Tries until it is told that it was done: the same key makes that once. */
async function useOne(idempotencyKey: string): Promise<void> {
  const use = 'mutation ($input: TrackInput!) { track(input: $input) { __typename } }';
  const input = { customerId: 'ada', featureId: MESSAGES, value: 0.001, idempotencyKey };
  for (;;) {
    const { data } = await brim.query(use, { input });
    if (data?.track?.__typename === 'TrackSuccess') return;
  }
}

describe('every client', () => {
  it('gets every change once and in order while database sessions end repeatedly', {
    timeout: patience(120_000),
  }, async () => {
    const all = listen();
    await untilAll(all, ({ heard }) => heard.length === 1);
    let head = 1;
    while (head < 30 || !all.every(({ connections }) => connections() > 1)) {
      const used = useOne(`use-${head + 1}`);
      await runOn(database.url, END_SESSIONS);
      await used;
      head += 1;
    }
    await untilAll(all, ({ heard }) => heard.at(-1) === `LEDGER ${head}`);
    expectHeard(all, ['SNAPSHOT 1', ...changesTo(head)]);
  });

  it('survives a database outage, and one that connects during it gets its changes afterwards', {
    timeout: patience(120_000),
  }, async () => {
    const other = await openBrim({ databaseUrl: database.url });
    try {
      const early = listen();
      await untilAll(early, ({ heard }) => heard.length === 1);
      proxy.cut();
      const late = listen();
      await untilAll(late, ({ connections }) => connections() > 1);
      for (let use = 0; use < 3; use += 1) await track(other, { customerId: 'ada' });
      proxy.mend();
      await untilAll(early, ({ heard }) => heard.at(-1) === 'LEDGER 4');
      await untilAll(late, ({ heard }) => heard.length === 1);
      expectHeard(early, ['SNAPSHOT 1', ...changesTo(4)]);
      expectHeard(late, ['SNAPSHOT 4']);
    } finally {
      await other.close();
    }
  });
});
