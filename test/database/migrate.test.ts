import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyMigrations } from '../../src/database/migrate.ts';
import { emptyDatabase, type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { diffMigrationsAgainstSchema } from '../support/schema-diff.ts';

const INIT = '20261122000000_init';

describe('applyMigrations', () => {
  test('applies every migration once', async () => {
    await using database = await disposable(emptyDatabase());
    expect((await applyMigrations(database.url)).applied).toContain(INIT);
    expect(await applyMigrations(database.url)).toEqual({ applied: [] });
  });

  test('started twice at once, applies every migration once', async () => {
    await using database = await disposable(emptyDatabase());
    const runs = await Promise.all([1, 2, 3].map(() => applyMigrations(database.url)));
    const rows = await query(database.url, 'SELECT migration_name AS name FROM _prisma_migrations ORDER BY name');
    expect(
      runs
        .flatMap(({ applied }) => applied)
        .toSorted()
        .map((name) => ({ name })),
    ).toEqual(rows);
  });

  test('writes the same rows as prisma migrate deploy', async () => {
    await using database = await disposable(freshDatabase());
    const [row] = await query(database.url, 'SELECT * FROM _prisma_migrations ORDER BY migration_name LIMIT 1');
    expect(row).toMatchObject({
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      migration_name: INIT,
      finished_at: expect.any(Date),
      rolled_back_at: null,
      applied_steps_count: 1,
    });
  });

  test('keeps nothing of a failed migration, and says where it failed', async () => {
    await using database = await disposable(emptyDatabase());
    await query(database.url, 'CREATE TABLE purchase (id text)');
    await expect(applyMigrations(database.url)).rejects.toThrow(
      /migration 20261122000000_init failed, and nothing of it was kept: relation "purchase" already exists/,
    );
    expect(
      await query(database.url, `SELECT to_regclass('_prisma_migrations') AS history, to_regclass('account') AS account`),
    ).toEqual([{ history: null, account: null }]);
    await query(database.url, 'DROP TABLE purchase');
    expect((await applyMigrations(database.url)).applied).toContain(INIT);
  });

  test("refuses after a migration that Prisma's command line left as failed", async () => {
    await using database = await disposable(freshDatabase());
    await query(database.url, `UPDATE _prisma_migrations SET finished_at = NULL, logs = 'out of disk'`);
    await expect(applyMigrations(database.url)).rejects.toThrow(/20261122000000_init was begun.*out of disk/);
  });

  test('refuses a migration that was changed after it had run', async () => {
    await using database = await disposable(freshDatabase());
    await query(database.url, `UPDATE _prisma_migrations SET checksum = 'another'`);
    await expect(applyMigrations(database.url)).rejects.toThrow(/20261122000000_init was changed/);
  });

  test('agrees with schema.prisma', async () => {
    await using database = await disposable(freshDatabase());
    expect(await diffMigrationsAgainstSchema(database.url)).toBe('');
    await query(database.url, 'ALTER TABLE purchase DROP COLUMN checks; DROP INDEX purchase_checkout_id_idx');
    const difference = await diffMigrationsAgainstSchema(database.url);
    expect(difference).toContain('ADD COLUMN     "checks"');
    expect(difference).toContain('CREATE INDEX "purchase_checkout_id_idx"');
  });
});

describe('the database itself', () => {
  let database: FreshDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await freshDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('LISTEN brim_entries; LISTEN brim_purchases');
  });

  afterAll(async () => {
    await client?.end();
    await database?.drop();
  });

  /**
   * Runs the work and resolves with its notifications. A message on another channel shows that all
   * have arrived.
   */
  async function payloadsOf(channel: string, run: () => Promise<unknown>): Promise<string[]> {
    const payloads: string[] = [];
    await client.query('LISTEN test_done');
    const allCame = new Promise<void>((resolve) => {
      client.on('notification', function receive(message) {
        if (message.channel === channel) payloads.push(message.payload ?? '');
        if (message.channel !== 'test_done') return;
        client.off('notification', receive);
        resolve();
      });
    });
    await run();
    await client.query('NOTIFY test_done');
    await allCame;
    return payloads;
  }

  function insertEntries(customerIds: readonly string[], sequences: readonly number[]): Promise<unknown> {
    return client.query(
      `INSERT INTO ledger_entry (customer_id, sequence, feature_id, kind, amount, allocations, granted_after,
         remaining_after, held_after, usage_after, unlimited_after, occurred_at, recorded_at)
       SELECT customer_id, sequence, 'messages', 'GRANT', 1, '[]', 1, 1, 0, 0, false, now(), now()
         FROM unnest($1::text[], $2::bigint[]) AS entry(customer_id, sequence)`,
      [customerIds, sequences],
    );
  }

  test.each([
    ['UPDATE', 'UPDATE ledger_entry SET amount = 2'],
    ['DELETE', 'DELETE FROM ledger_entry'],
    ['TRUNCATE', 'TRUNCATE ledger_entry'],
  ])('refuses %s of ledger entries', async (verb, sql) => {
    await insertEntries([`kept-from-${verb}`], [1]);
    await expect(client.query(sql)).rejects.toThrow(`ledger_entry is append-only: ${verb} is refused`);
    const { rows } = await client.query('SELECT amount FROM ledger_entry WHERE customer_id = $1', [`kept-from-${verb}`]);
    expect(rows).toHaveLength(1);
  });

  test('notifies once for each customer of a statement, with the newest number', async () => {
    const payloads = await payloadsOf('brim_entries', () => insertEntries(['ada', 'bob', 'ada', 'ada'], [1, 7, 3, 2]));
    expect(payloads).toEqual(['ada 3\nbob 7']);
  });

  test('does not notify for a statement that inserts nothing', async () => {
    expect(await payloadsOf('brim_entries', () => insertEntries([], []))).toEqual([]);
  });

  test('does not notify for a rolled-back entry', async () => {
    const payloads = await payloadsOf('brim_entries', async () => {
      await client.query('BEGIN');
      await insertEntries(['nobody'], [1]);
      await client.query('ROLLBACK');
    });
    expect(payloads).toEqual([]);
  });

  test('notifies completely for 500 customers with the longest ids, in payloads that PostgreSQL accepts', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => '💧'.repeat(197) + `${index}`.padStart(3, '0'));
    expect(Buffer.byteLength(ids[0] ?? '')).toBe(791);
    const payloads = await payloadsOf('brim_entries', () =>
      insertEntries(
        ids,
        ids.map((_, index) => index + 1),
      ),
    );
    const lines = payloads.flatMap((payload) => payload.split('\n'));
    expect(lines.toSorted()).toEqual(ids.map((id, index) => `${id} ${index + 1}`).toSorted());
    expect(Math.max(...payloads.map((payload) => Buffer.byteLength(payload)))).toBeLessThan(8000);
  });

  test('shares payloads among short ids', async () => {
    const ids = Array.from({ length: 1000 }, (_, index) => `customer-${index}`);
    const payloads = await payloadsOf('brim_entries', () =>
      insertEntries(
        ids,
        ids.map(() => 1),
      ),
    );
    expect(payloads.length).toBeLessThan(5);
    expect(payloads.flatMap((payload) => payload.split('\n'))).toHaveLength(1000);
  });

  function insertPurchase(purchase: { id: string; planId: string; status: string; baseGroup?: string }) {
    const { id, planId, status, baseGroup = null } = purchase;
    return client.query(
      `INSERT INTO purchase (id, customer_id, plan_id, plan_version, status, base_group, quantities, created_at)
       VALUES ($1, 'ada', $2, 1, $3::"PurchaseStatus", $4, '[]', now())`,
      [id, planId, status, baseGroup],
    );
  }

  test("notifies of a purchase's revision, which rises with its status and with nothing else", async () => {
    const payloads = await payloadsOf('brim_purchases', async () => {
      await insertPurchase({ id: 'pu_1', planId: 'revised', status: 'PENDING' });
      await client.query(`UPDATE purchase SET checks = 1 WHERE id = 'pu_1'`);
      await client.query(`UPDATE purchase SET status = 'ACTIVE' WHERE id = 'pu_1'`);
      await client.query(`UPDATE purchase SET status = 'REFUNDED', revision = 1 WHERE id = 'pu_1'`);
    });
    expect(payloads).toEqual(['pu_1 1', 'pu_1 2', 'pu_1 3']);
  });

  test('allows one pending checkout per customer and plan', async () => {
    await insertPurchase({ id: 'pu_2', planId: 'pack', status: 'PENDING' });
    await insertPurchase({ id: 'pu_3', planId: 'pack', status: 'ACTIVE' });
    await expect(insertPurchase({ id: 'pu_4', planId: 'pack', status: 'PENDING' })).rejects.toThrow(
      /purchase_one_pending_checkout/,
    );
  });

  test('allows one active base plan per customer and group', async () => {
    await insertPurchase({ id: 'pu_5', planId: 'free', status: 'ACTIVE', baseGroup: 'chat' });
    await insertPurchase({ id: 'pu_6', planId: 'free', status: 'ACTIVE', baseGroup: 'images' });
    await expect(insertPurchase({ id: 'pu_7', planId: 'pro', status: 'ACTIVE', baseGroup: 'chat' })).rejects.toThrow(
      /purchase_one_active_base_plan/,
    );
  });

  function insertGrant(grant: { id: string; origin: string; remaining: string; resetUnit?: string }) {
    const { id, origin, remaining, resetUnit = null } = grant;
    return client.query(
      `INSERT INTO "grant" (customer_id, id, feature_id, origin, granted, remaining, held, unlimited, unlimited_use,
         reset_unit, created_at, sequence, open)
       VALUES ('ada', $1, 'messages', $2::"GrantOrigin", 0, $3, 0, false, 0, $4::"IntervalUnit", now(), 1, true)`,
      [id, origin, remaining, resetUnit],
    );
  }

  test('allows only an overdraft below zero', async () => {
    await insertGrant({ id: 'gr_1', origin: 'OVERDRAFT', remaining: '-5' });
    await expect(insertGrant({ id: 'gr_2', origin: 'BOUGHT', remaining: '-0.000000000001' })).rejects.toThrow(
      /grant_remaining_not_negative/,
    );
  });

  test("requires all columns of a grant's reset interval, or none", async () => {
    await expect(insertGrant({ id: 'gr_3', origin: 'INCLUDED', remaining: '1', resetUnit: 'MONTH' })).rejects.toThrow(
      /grant_reset_interval_whole/,
    );
  });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query(sql);
    return Array.isArray(result) ? [] : result.rows;
  } finally {
    await client.end();
  }
}

async function disposable(opening: Promise<FreshDatabase>): Promise<FreshDatabase & AsyncDisposable> {
  const database = await opening;
  return { ...database, [Symbol.asyncDispose]: () => database.drop() };
}
