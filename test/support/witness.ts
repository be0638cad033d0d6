/**
 * Who looks on while processes race: at the rows, by plain SQL, and at what a subscriber is told.
 */
import type { Client } from 'graphql-ws';
import pg from 'pg';
import { expect, vi } from 'vitest';
import { subscribe, type TestBrim } from './brim.ts';
import { patience } from './deadlines.ts';
import { MESSAGES } from './shop.ts';

/** A plain connection, apart from all of Brim's. */
export interface Sql {
  rows<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export async function openSql(url: string): Promise<Sql> {
  const client = new pg.Client({ connectionString: url, application_name: 'witness' });
  // Its database may be dropped, or its server stopped, before it is closed.
  client.on('error', () => undefined);
  await client.connect();
  return {
    async rows<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) {
      return (await client.query<Row>(text, [...values])).rows ?? [];
    },
    close: () => client.end().catch(() => undefined),
  };
}

/** Waits until it holds, ten seconds on a quiet machine unless told otherwise. */
export function until<Result>(condition: () => Result | Promise<Result>, quietMs = 10_000): Promise<Result> {
  return vi.waitFor(condition, { timeout: patience(quietMs), interval: 10 });
}

export interface Entry {
  readonly sequence: number;
  readonly kind: string;
  readonly amount: number;
  readonly after: number;
  readonly key: string | null;
}

/**
 * One customer's entries of the one feature, as they are in the table. Amounts of these tests are
 * small whole numbers.
 */
export async function entriesOf(sql: Sql, customerId: string): Promise<Entry[]> {
  return sql.rows<Entry & pg.QueryResultRow>(
    `SELECT sequence::int, kind::text, amount::float8, remaining_after::float8 AS after, idempotency_key AS key
     FROM ledger_entry WHERE customer_id = $1 AND feature_id = $2 ORDER BY sequence`,
    [customerId, MESSAGES],
  );
}

/**
 * Says what must hold of any customer who was never allowed below zero: entries 1 … n without a
 * gap, each beginning where the one before it ended, and balance, account and grants agreeing with
 * the last.
 * @returns the entries.
 */
export async function expectSound(sql: Sql, customerId: string): Promise<Entry[]> {
  const entries = await entriesOf(sql, customerId);
  expect(entries.map((entry) => entry.sequence)).toEqual(entries.map((_, index) => index + 1));
  let remaining = 0;
  for (const entry of entries) {
    remaining += entry.amount;
    expect(entry.after, `remaining after entry ${entry.sequence}`).toBe(remaining);
    expect(remaining).toBeGreaterThanOrEqual(0);
  }
  const [stored] = await sql.rows(
    `SELECT a.sequence::int, b.version::int, b.remaining::float8 AS remaining,
       (SELECT sum(g.remaining)::float8 FROM "grant" g WHERE g.customer_id = a.customer_id) AS "inGrants"
     FROM account a JOIN balance b ON b.customer_id = a.customer_id WHERE a.customer_id = $1 AND b.feature_id = $2`,
    [customerId, MESSAGES],
  );
  expect(stored).toEqual({ sequence: entries.length, version: entries.length, remaining, inGrants: remaining });
  return entries;
}

/** What somebody with psql would say to write an entry: the rows, and nothing else. */
export function correction(customerId: string, amount: number): string {
  return `WITH moved AS (
      UPDATE account SET sequence = sequence + 1 WHERE customer_id = '${customerId}' RETURNING sequence
    ), balance AS (
      UPDATE balance SET remaining = remaining + ${amount}, granted = granted + ${amount}, version = moved.sequence FROM moved
      WHERE customer_id = '${customerId}' AND feature_id = '${MESSAGES}' RETURNING granted, remaining, held, usage
    )
    INSERT INTO ledger_entry (customer_id, sequence, feature_id, kind, amount, allocations, granted_after, remaining_after,
      held_after, usage_after, unlimited_after, reason, occurred_at, recorded_at)
    SELECT '${customerId}', moved.sequence, '${MESSAGES}', 'ADJUSTMENT', ${amount}, '[]', granted, remaining,
      held, usage, false, 'by hand', now(), now()
    FROM moved, balance`;
}

export interface Push {
  readonly cause: 'SNAPSHOT' | 'LEDGER';
  readonly sequence: number;
  readonly balance: { readonly remaining: string; readonly version: number };
  readonly entry: { readonly kind: string; readonly amount: string } | null;
}

export interface Watch {
  /** All that was pushed so far. */
  readonly pushes: readonly Push[];
  /** Resolves when the push of this sequence number has come. */
  sees(sequence: number, timeout?: number): Promise<void>;
  /** The first came as a snapshot, and every one after it followed the one before it. */
  expectGapless(): void;
  stop(): Promise<void>;
}

/** Subscribes to a customer, and resolves when the first snapshot is there. */
export async function watch(client: Client, customerId: string): Promise<Watch> {
  const stream = subscribe(
    client,
    `subscription ($customerId: ID!) { balanceChanged(customerId: $customerId) {
       cause sequence balance { remaining version } entry { kind amount }
     } }`,
    { customerId },
  );
  const pushes: Push[] = [];
  let failure: unknown;
  const reading = (async () => {
    for await (const { balanceChanged } of stream) pushes.push(balanceChanged);
  })().catch((error: unknown) => {
    failure = error;
  });
  const heard = () => {
    if (failure !== undefined) throw new Error('the subscription ended', { cause: failure });
    return pushes.length;
  };
  await until(() => expect(heard()).toBeGreaterThan(0));
  return {
    pushes,
    sees: (sequence, timeout) =>
      until(() => {
        heard();
        expect(pushes.at(-1)?.sequence).toBeGreaterThanOrEqual(sequence);
      }, timeout),
    expectGapless() {
      const [first, ...rest] = pushes;
      expect(first?.cause).toBe('SNAPSHOT');
      expect(rest.map((push) => push.cause)).toEqual(rest.map(() => 'LEDGER'));
      const start = first?.sequence ?? 0;
      expect(rest.map((push) => push.sequence)).toEqual(rest.map((_, index) => start + index + 1));
      expect(rest.map((push) => push.balance.version)).toEqual(rest.map((push) => push.sequence));
      pushes.reduce((before, push) => {
        if (push.entry) expect(Number(push.balance.remaining)).toBe(Number(before.balance.remaining) + Number(push.entry.amount));
        return push;
      });
    },
    async stop() {
      await client.dispose();
      await reading;
    },
  };
}

/** A connection to the Brim's database. */
export async function connect({ databaseUrl }: Pick<TestBrim, 'databaseUrl'>): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  return client;
}

/** The server processes that wait for a lock in this database. */
export async function findWaiting(client: pg.Client): Promise<readonly number[]> {
  const { rows } = await client.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows.map(({ pid }) => pid);
}
