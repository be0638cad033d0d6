/**
 * What cannot be read at the moment at which it is due: nothing is lost, and nothing comes twice.
 */
import { afterAll, beforeAll, describe, expect, it, type TestContext, vi } from 'vitest';
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

beforeAll(() => void vi.stubGlobal('WebSocket', WebSocket));
afterAll(() => void vi.unstubAllGlobals());

interface Behind {
  readonly database: FreshDatabase;
  readonly proxy: PostgresProxy;
  /** Reaches its database through the proxy. */
  readonly brim: TestBrim;
  /** Opens one listener of each kind. @returns those that it opened now. */
  listen(): readonly Listener[];
}

/** All of one test alone: the tests wait side by side. */
async function openBehind({ onTestFinished }: TestContext): Promise<Behind> {
  const database = await freshDatabase();
  const proxy = await openPostgresProxy(database.url);
  const brim = await openShop({ databaseUrl: proxy.url });
  const listeners: Listener[] = [];
  onTestFinished(async () => {
    proxy.mend();
    for (const { leave } of listeners) leave();
    await brim.close();
    await proxy.close();
    await database.drop();
  });
  await createCustomer(brim, 'ada');
  const token = await createCustomerToken(brim, 'ada');
  return {
    ...{ database, proxy, brim },
    listen() {
      const own = LISTENERS.map(([, open]) => open(brim, token));
      listeners.push(...own);
      return own;
    },
  };
}

const untilAll = (own: readonly Listener[], isReady: (listener: Listener) => boolean) =>
  vi.waitFor(() => expect(own.map(isReady)).toEqual(own.map(() => true)), PATIENCE);

/** The entries from the second to the last. */
const changesTo = (last: number) => Array.from({ length: last - 1 }, (_, index) => `LEDGER ${index + 2}`);

function expectHeard(own: readonly Listener[], heard: readonly string[]): void {
  expect(own.map((each) => ({ heard: each.heard, ends: each.ends }))).toEqual(own.map(() => ({ heard, ends: [] })));
}

/** Tries until it succeeds; the key makes all tries one use. */
async function useOne({ brim }: Behind, idempotencyKey: string): Promise<void> {
  const use = 'mutation ($input: TrackInput!) { track(input: $input) { __typename } }';
  const input = { customerId: 'ada', featureId: MESSAGES, value: 0.001, idempotencyKey };
  for (;;) {
    const { data } = await brim.query(use, { input });
    if (data?.track?.__typename === 'TrackSuccess') return;
  }
}

describe.concurrent('every client', () => {
  it('gets every change once and in order while database sessions end repeatedly', {
    timeout: patience(120_000),
  }, async (context) => {
    const behind = await openBehind(context);
    const all = behind.listen();
    await untilAll(all, ({ heard }) => heard.length === 1);
    let head = 1;
    while (head < 30 || !all.every(({ connections }) => connections() > 1)) {
      const used = useOne(behind, `use-${head + 1}`);
      await runOn(behind.database.url, END_SESSIONS);
      await used;
      head += 1;
    }
    await untilAll(all, ({ heard }) => heard.at(-1) === `LEDGER ${head}`);
    expectHeard(all, ['SNAPSHOT 1', ...changesTo(head)]);
  });

  it('survives a database outage, and one that connects during it gets its changes afterwards', {
    timeout: patience(120_000),
  }, async (context) => {
    const { database, proxy, listen } = await openBehind(context);
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
