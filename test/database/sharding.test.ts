/**
 * What docs/scaling.md says of the tables and statements of the ledger: a database that spreads
 * customers over several servers can hold them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { createCustomer, openShop, track } from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';

/** What a track, a check, a hold and a push read and write. */
const TABLES = ['account', 'balance', 'command', 'grant', 'hold', 'ledger_entry', 'usage_hour'];

/**
 * What leads the other unique indexes of tables that have a customer. A table that is not here is
 * found by its customer alone, so that it can be spread.
 */
const FOUND_BY_OTHER_IDS = {
  // In the order in which they were written, over all customers.
  audit_entry: 'position',
  webhook_delivery: 'id position',
  webhook_event: 'position',
  // An alert may be for all customers.
  balance_alert: 'id position',
  // An erased customer is found by no other name.
  erasure: 'id',
  // Stripe names its own ids, and callers name a purchase by its id.
  auto_top_up_intent: 'id',
  payment: 'charge_id id invoice_id purchase_id',
  purchase: 'id subscription_id',
};

describe('the tables of the ledger', () => {
  let database: FreshDatabase;
  let sql: Sql;
  beforeAll(async () => {
    database = await freshDatabase();
    sql = await openSql(database.url);
  });
  afterAll(async () => {
    await sql.close();
    await database.drop();
  });

  it('have keys and unique indexes that lead with the customer', async () => {
    const leading = await sql.rows<{ table: string; column: string }>(
      `SELECT DISTINCT t.relname AS table, a.attname AS column
       FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
       WHERE i.indisunique AND t.relname = ANY($1) ORDER BY 1, 2`,
      [TABLES],
    );
    expect(leading).toEqual(TABLES.map((table) => ({ table, column: 'customer_id' })));
  });

  it('are all that have a customer, but for those that are found by other ids', async () => {
    const others = await sql.rows<{ table: string; keys: string }>(
      `SELECT t.relname AS table, string_agg(DISTINCT a.attname, ' ' ORDER BY a.attname) AS keys
       FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid AND c.attname = 'customer_id'
       JOIN pg_index i ON i.indrelid = t.oid AND i.indisunique
       JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
       WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace AND a.attname <> 'customer_id' GROUP BY 1 ORDER BY 1`,
    );
    expect(Object.fromEntries(others.map(({ table, keys }) => [table, keys]))).toEqual(FOUND_BY_OTHER_IDS);
  });

  it('have only the triggers that keep and tell entries, and refer only to rows of the same customer', async () => {
    const triggers = await sql.rows<{ name: string }>(
      `SELECT tgrelid::regclass || '.' || tgname AS name FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY($1)`,
      [[...TABLES, '"grant"']],
    );
    // The second is for the erasure of a customer, the only update. The last tells of entries that
    // plain SQL writes; the writer's sessions pass over it.
    expect(triggers.map(({ name }) => name).sort()).toEqual([
      'ledger_entry.ledger_entry_append_only',
      'ledger_entry.ledger_entry_keep_numbers',
      'ledger_entry.ledger_entry_notify',
    ]);
    const others = await sql.rows<{ name: string }>(
      `SELECT conname AS name FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
       WHERE contype = 'f' AND t.relname = ANY($1) AND NOT EXISTS (
         SELECT FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey) AND a.attname = 'customer_id')`,
      [TABLES],
    );
    expect(others).toEqual([]);
  });
});

describe('the transactions of the writer', () => {
  it.each([
    ['many customers where nothing else is configured', {}, expect.any(Number)],
    ['one customer where BRIM_CUSTOMERS_PER_BATCH is 1', { customersPerBatch: 1 }, 1],
  ])('have %s', async (_, config, most) => {
    const brim = await openShop({ config });
    onTestFinished(() => brim.close());
    const customers = Array.from({ length: 20 }, (_each, index) => `customer-${index}`);
    await Promise.all(customers.map((id) => createCustomer(brim, id)));
    await Promise.all(customers.flatMap((customerId) => [1, 2].map(() => track(brim, { customerId, value: '1' }))));
    const sql = await openSql(brim.databaseUrl);
    onTestFinished(() => sql.close());
    const [{ customers: seen } = { customers: 0 }] = await sql.rows<{ customers: number }>(
      `SELECT max(count)::int AS customers FROM (SELECT count(DISTINCT customer_id) FROM ledger_entry GROUP BY xmin::text) AS transaction`,
    );
    expect(seen).toEqual(most);
    if (most !== 1) expect(seen).toBeGreaterThan(1);
    expect(await sql.rows(`SELECT FROM ledger_entry WHERE kind = 'USAGE'`)).toHaveLength(40);
  });
});

describe('the code of the ledger and the feed', () => {
  const filesIn = (folder: string) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => path.join(folder, file));
  const mentions = (pattern: RegExp, ...folders: readonly string[]) =>
    folders.flatMap(filesIn).filter((file) => pattern.test(readFileSync(file, 'utf8')));

  it('take no locks of a session, and make no temporary tables or prepared transactions', () => {
    expect(mentions(/pg_(try_)?advisory|CREATE TEMP|PREPARE TRANSACTION|LOCK TABLE/i, 'src/ledger', 'src/feed')).toEqual([]);
  });

  it('listen and notify in the bus and the notifier only, without which every number is still pushed', () => {
    // test/networks/without-notify.test.ts and `npm run test:without-notify` show that.
    expect(mentions(/\b(UN)?LISTEN\b|pg_notify/, 'src/ledger')).toEqual([]);
    expect(mentions(/['`]LISTEN|pg_notify|brim_notify/, 'src/feed').sort()).toEqual(['src/feed/bus.ts', 'src/feed/notifier.ts']);
  });
});
