/**
 * `brim verify` finds nothing in a ledger that Brim wrote, and finds each row that somebody changed
 * behind its back.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verify } from '../../src/commands/verify.ts';
import { StartError } from '../../src/platform/start-error.ts';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { emptyDatabase, freshDatabase } from '../support/postgres.ts';
import {
  adjustBalance,
  createCustomer,
  createFeature,
  createPlan,
  grant,
  placeHold,
  settleHold,
  track,
  voidGrant,
} from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';
import { run } from './run.ts';

const WORDS = 'words';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let brim: TestBrim;
let sql: Sql;
beforeAll(async () => {
  database = await freshDatabase();
  brim = await openBrim({ databaseUrl: database.url });
  sql = await openSql(brim.databaseUrl);
  await createFeature(brim, WORDS);
  await createFeature(brim, 'credits');
  await createPlan(brim, {
    id: 'free',
    autoEnable: true,
    items: [{ featureId: WORDS, included: '10', reset: { unit: 'MONTH' } }],
  });
  for (const customerId of ['ada', 'bob', 'cyd']) {
    await createCustomer(brim, customerId);
    await grant(brim, { customerId, featureId: WORDS, amount: '20' });
    await track(brim, { customerId, featureId: WORDS, value: '13', idempotencyKey: 'use' });
    await adjustBalance(brim, { customerId, featureId: WORDS, by: '-2' });
    const { hold } = await placeHold(brim, { customerId, featureId: WORDS, amount: '5' });
    await settleHold(brim, hold.id, '3');
    await placeHold(brim, { customerId, featureId: WORDS, amount: '4' });
    await track(brim, { customerId, featureId: WORDS, value: '30', onShortfall: 'OVERDRAW' });
    const { grant: gift } = await grant(brim, { customerId, featureId: 'credits', amount: '7' });
    await voidGrant(brim, gift.id);
  }
  const rows = [
    {
      customerId: 'dan',
      featureId: WORDS,
      remaining: '-30',
      idempotencyKey: 'o',
      usage: [{ hour: '2026-01-01T00:00:00Z', amount: 5 }],
    },
    { customerId: 'eve', featureId: 'credits', remaining: '30', idempotencyKey: 'o' },
  ];
  await brim.data('mutation ($rows: [ImportRowInput!]!) { importBalances(input: { rows: $rows }) { __typename } }', { rows });
});
afterAll(async () => {
  await sql?.close();
  await database?.drop();
});

const verifyNow = () => run(verify, { DATABASE_URL: brim.databaseUrl });

describe('brim verify', () => {
  it('says that every balance is what its entries say, while Brim runs', async () => {
    const { code, lines } = await verifyNow();
    expect(lines).toEqual([
      expect.stringMatching(/^Every balance is what its entries say: \d\d entries of 5 customers in [\d.]+ s\.$/),
    ]);
    expect(code).toBe(0);
    // What is planted from here on, a running Brim could finish or mend meanwhile.
    await brim.close();
  });

  /** Each is planted, found and taken out again. */
  const PLANTED: readonly (readonly [what: string, plant: string, says: string])[] = [
    [
      'a balance that was raised',
      `UPDATE balance SET remaining = remaining + 1 WHERE customer_id = 'bob' AND feature_id = 'credits'`,
      'customer bob, feature credits, entry 10: the balance says 1.000000000000 remaining, and its newest entry 0.000000000000',
    ],
    [
      'a balance that is gone',
      `DELETE FROM balance WHERE customer_id = 'bob' AND feature_id = 'credits'`,
      'customer bob, feature credits, entry 10: there is no balance of it',
    ],
    [
      'an entry that is gone',
      `DELETE FROM ledger_entry WHERE customer_id = 'bob' AND sequence = 2`,
      'customer bob, feature words, entry 3: the entry before it is missing',
    ],
    [
      'an entry whose number after it was changed',
      `UPDATE ledger_entry SET remaining_after = remaining_after + 5 WHERE customer_id = 'bob' AND sequence = 3`,
      'customer bob, feature words, entry 3: remaining is not that of the entry before, moved by its allocations',
    ],
    [
      'an entry whose amount was changed',
      `UPDATE ledger_entry SET amount = amount + 5 WHERE customer_id = 'bob' AND sequence = 4`,
      'customer bob, feature words, entry 4: its amount is not the sum of its allocations',
    ],
    [
      'an entry of an earlier time',
      `UPDATE ledger_entry SET recorded_at = recorded_at - interval '1 day' WHERE customer_id = 'bob' AND sequence = 5`,
      'customer bob, feature words, entry 5: it was recorded before the entry before it',
    ],
    [
      'entries of nobody',
      `DELETE FROM account WHERE customer_id = 'eve'`,
      'customer eve, entry 2: the account says that its last entry is none: there is no account',
    ],
    [
      'an account that lost its place',
      `UPDATE account SET sequence = 7 WHERE customer_id = 'bob'`,
      'customer bob, entry 10: the account says that its last entry is 7',
    ],
    [
      'a grant that was filled',
      `UPDATE "grant" SET remaining = 7, ended_at = NULL WHERE customer_id = 'bob' AND feature_id = 'credits'`,
      'customer bob, feature credits, entry 10: the grant',
    ],
    [
      'a hold that is gone',
      `DELETE FROM hold WHERE customer_id = 'bob' AND status = 'OPEN'`,
      'customer bob, feature words: the grant',
    ],
    [
      'an hour that lost uses',
      `UPDATE usage_hour SET amount = amount - 1 WHERE customer_id = 'bob' AND feature_id = 'words'`,
      'customer bob, feature words, entry 8: the hour of',
    ],
    [
      'a key of another command',
      `UPDATE command SET first_sequence = 4, last_sequence = 4 WHERE customer_id = 'bob' AND idempotency_key = 'use'`,
      'customer bob, feature words, entry 4: the key use is answered with an entry of another command',
    ],
  ];

  it.each(PLANTED)('finds %s', async (_, plant, says) => {
    await sql.rows('CREATE TABLE IF NOT EXISTS kept (done bool)');
    const tables = ['ledger_entry', 'balance', 'account', '"grant"', 'hold', 'usage_hour', 'command'];
    const kept = (table: string) => `kept_${table.replaceAll('"', '')}`;
    for (const table of tables) await sql.rows(`CREATE TABLE ${kept(table)} AS SELECT * FROM ${table}`);
    await sql.rows(`SET session_replication_role = replica; ${plant}`);
    const { code, lines } = await verifyNow();
    for (const table of tables)
      await sql.rows(`DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM ${kept(table)}; DROP TABLE ${kept(table)}`);
    await sql.rows('SET session_replication_role = origin');
    expect(lines[0]).toContain(`fault: ${says}`);
    expect(lines.at(-1)).toMatch(/^\d+ faults? in /);
    expect(code).toBe(1);
    expect((await verifyNow()).code).toBe(0);
  });

  it('names the first entry that does not fit, before what follows from it', async () => {
    await sql.rows(`SET session_replication_role = replica`);
    const change = (by: string) =>
      sql.rows(`UPDATE ledger_entry SET granted_after = granted_after ${by} WHERE customer_id = 'cyd' AND sequence IN (4, 6)`);
    await change('+ 5');
    const { lines } = await verifyNow();
    await change('- 5');
    expect(lines).toEqual([
      'fault: customer cyd, feature words, entry 4: granted is not that of the entry before, moved by its allocations',
      expect.stringMatching(/^1 fault in /),
    ]);
  });

  it('passes over a customer who is being erased, whose entries are on their way to another id', async () => {
    await sql.rows('SET session_replication_role = replica');
    const rename = (from: string, to: string) =>
      sql.rows(`UPDATE balance SET customer_id = '${to}' WHERE customer_id = '${from}'`);
    await rename('bob', 'erased_1');
    expect((await verifyNow()).code).toBe(1);
    await sql.rows(`INSERT INTO erasure (id, customer_id, begun_at) VALUES ('erased_1', 'bob', now())`);
    expect((await verifyNow()).code).toBe(0);
    await sql.rows('DELETE FROM erasure');
    await rename('erased_1', 'bob');
  });

  it('refuses a database that lacks migrations, and says what to run', async () => {
    const empty = await emptyDatabase();
    await expect(run(verify, { DATABASE_URL: empty.url })).rejects.toThrow(
      /lacks \d+ migrations of this build: .*Run "brim migrate" first/,
    );
    await expect(run(verify, { DATABASE_URL: empty.url })).rejects.toThrow(StartError);
    await empty.drop();
  });

  it(`verifies ${isLong ? 'a million' : 'a thousand'} entries`, async () => {
    const [customers, uses] = isLong ? [1_000, 1_000] : [10, 100];
    // Entries as Brim writes them, made by the database: each customer is granted, and uses one.
    await runOn(brim.databaseUrl, MANY.replaceAll('CUSTOMERS', `${customers}`).replaceAll('USES', `${uses}`));
    const began = performance.now();
    const { code, lines } = await verifyNow();
    const tookMs = performance.now() - began;
    if (isLong) process.stdout.write(`verified in ${Math.round(tookMs)} ms: ${lines.at(-1)}\n`);
    expect(tookMs).toBeLessThan(patience(60_000));
    expect(lines).toEqual([expect.stringMatching(/^Every balance is what its entries say/)]);
    expect(code).toBe(0);
  }, 600_000);
});

const MANY = `
  INSERT INTO account (customer_id, sequence, recorded_at) SELECT 'many-' || c, USES, now() FROM generate_series(1, CUSTOMERS) AS c;
  INSERT INTO ledger_entry (customer_id, sequence, feature_id, kind, amount, requested, applied, allocations, granted_after,
    remaining_after, held_after, usage_after, unlimited_after, occurred_at, recorded_at)
  SELECT 'many-' || c, s, 'words', (CASE WHEN s = 1 THEN 'GRANT' ELSE 'USAGE' END)::"LedgerEntryKind",
    CASE WHEN s = 1 THEN USES ELSE -1 END, CASE WHEN s > 1 THEN 1 END, CASE WHEN s > 1 THEN 1 END,
    CASE WHEN s = 1 THEN jsonb_build_array(jsonb_build_object('grant', 'g' || c, 'amount', 'USES', 'granted', 'USES'))
      ELSE jsonb_build_array(jsonb_build_object('grant', 'g' || c, 'amount', '-1')) END,
    USES, USES + 1 - s, 0, s - 1, false, date_trunc('hour', now(), 'UTC'), now()
  FROM generate_series(1, CUSTOMERS) AS c, generate_series(1, USES) AS s;
  INSERT INTO balance (customer_id, feature_id, granted, remaining, held, usage, unlimited, version)
  SELECT 'many-' || c, 'words', USES, 1, 0, USES - 1, false, USES FROM generate_series(1, CUSTOMERS) AS c;
  INSERT INTO "grant" (customer_id, id, feature_id, origin, granted, remaining, held, unlimited, unlimited_use, created_at, sequence, open)
  SELECT 'many-' || c, 'g' || c, 'words', 'MANUAL', USES, 1, 0, false, 0, now(), 1, true FROM generate_series(1, CUSTOMERS) AS c;
  INSERT INTO usage_hour (customer_id, feature_id, hour, amount)
  SELECT 'many-' || c, 'words', date_trunc('hour', now(), 'UTC'), USES - 1 FROM generate_series(1, CUSTOMERS) AS c;`;
