/**
 * Two ledgers on the same tables, each of which remembers accounts that the other moves: as two
 * processes have them. Every batch begins without a lock.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { decimal } from '../../src/values/decimal.ts';
import { openSql, type Sql } from '../support/witness.ts';
import { command, countTransactions, type Fixture, idsOf, NOW, openAccounts, openFixture } from './fixture.ts';
import { FEATURE, grant, hold, settle, use } from './postings.ts';

let fixture: Fixture;
let sql: Sql;
let here: Ledger;
let there: Ledger;
beforeAll(async () => {
  fixture = await openFixture();
  sql = await openSql(fixture.url);
  here = fixture.openLedger();
  there = fixture.openLedger();
});
afterAll(async () => {
  await Promise.all([here.close(), there.close()]);
  await sql.close();
  await fixture.close();
});

const balance = (customerId: string) => here.reads.balance({ customerId, featureId: FEATURE });
const alternate = (index: number) => (index % 2 === 0 ? here : there);

describe('two ledgers', () => {
  test('use one customer at once: both make progress, and what they write is exact', async () => {
    await openAccounts(here, ['hot'], grant('g', '300'));
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, async (_, caller) => {
        let used = 0;
        for (let turn = 0; turn < 10; turn += 1) {
          await alternate(caller).post(command('hot', use('1', 'REJECT'), `${caller}-${turn}`));
          used += 1;
        }
        return used;
      }),
    );
    const refused = results.filter(({ status }) => status === 'rejected');
    for (const result of refused) expect(result).toMatchObject({ reason: { code: 'INSUFFICIENT_BALANCE' } });
    expect(refused.length).toBeGreaterThan(0);
    expect(await balance('hot')).toMatchObject({ remaining: 0n, usage: decimal('300'), version: 301n });
    const [{ answered } = { answered: 0 }] = await sql.rows<{ answered: number }>(
      "SELECT count(*)::int AS answered FROM command WHERE customer_id = 'hot'",
    );
    expect(answered).toBe(300);
    const left = await sql.rows<{ left: number }>(
      "SELECT remaining_after::int AS left FROM ledger_entry WHERE customer_id = 'hot' ORDER BY sequence",
    );
    expect(left.map((row) => row.left)).toEqual(Array.from({ length: 301 }, (_, index) => 300 - index));
  });

  test('never answer from what they remember: a use, a refusal and a replay are as the tables have them', async () => {
    await openAccounts(here, ['moved'], grant('g', '10'));
    await here.post(command('moved', use('1'), 'first'));
    // Both remember it, and then one of them moves it.
    await there.post(command('moved', use('1')));
    await here.post(command('moved', use('8', 'REJECT'), 'all'));
    await expect(there.post(command('moved', use('1', 'REJECT')))).rejects.toMatchObject({ remaining: 0n });
    await here.post(command('moved', grant('h', '5')));
    expect((await there.post(command('moved', use('5', 'REJECT')))).entries[0]?.after.remaining).toBe(0n);
    expect(await there.post(command('moved', use('1'), 'first'))).toMatchObject({ replayed: true, entries: [{ sequence: 2n }] });
    expect(await here.post(command('moved', use('8', 'REJECT'), 'all'))).toMatchObject({ replayed: true });
    await expect(here.post(command('moved', use('9'), 'all', 'another'))).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    expect(await balance('moved')).toMatchObject({ version: 6n });
  });

  test('see a change that raises no sequence: what is due sooner', async () => {
    await openAccounts(here, ['due'], grant('g', '10'));
    const { hold: placed } = await placeHold('due');
    await here.post(command('due', use('1')));
    await sql.rows("UPDATE hold SET expires_at = '2026-01-01T00:00:00Z' WHERE customer_id = 'due'");
    await sql.rows("UPDATE account SET next_due_at = '2026-01-01T00:00:00Z' WHERE customer_id = 'due'");
    const { entries } = await here.post(command('due', use('1')));
    expect(entries[0]).toMatchObject({ sequence: 5n, after: { held: 0n } });
    await expect(there.post(command('due', settle(placed, '1')))).rejects.toMatchObject({ code: 'HOLD_NOT_OPEN' });
  });

  async function placeHold(customerId: string): Promise<{ hold: string }> {
    const id = `hold-of-${customerId}`;
    await there.post(command(customerId, hold(id, '2')));
    return { hold: id };
  }

  test('end the same hold once', async () => {
    await openAccounts(here, ['held'], grant('g', '10'));
    const { hold: id } = await placeHold('held');
    const results = await Promise.allSettled(
      [0, 1, 2, 3].map((index) => alternate(index).post(command('held', settle(id, '2')))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'HOLD_NOT_OPEN' });
    expect(await balance('held')).toMatchObject({ held: 0n, remaining: decimal('8') });
  });
});

describe('an account that another transaction has locked', () => {
  test('keeps only its own callers waiting: all others of the batch are answered meanwhile', async () => {
    const ids = idsOf(5, 'beside');
    await openAccounts(here, ['locked', ...ids], grant('g', '10'));
    const holder = await openSql(fixture.url);
    await holder.rows('BEGIN');
    await holder.rows("SELECT FROM account WHERE customer_id = 'locked' FOR NO KEY UPDATE");
    let isAnswered = false;
    const waiting = here.post(command('locked', use('1'))).then(() => {
      isAnswered = true;
    });
    await Promise.all(ids.map((id) => here.post(command(id, use('1')))));
    // The same customers are free for their next commands, too.
    await Promise.all(ids.map((id) => here.post(command(id, use('1')))));
    expect(isAnswered).toBe(false);
    await fixture.untilSomebodyWaitsForALock();
    await holder.rows('ROLLBACK');
    await waiting;
    await holder.close();
    expect(await balance('locked')).toMatchObject({ version: 2n });
  });
});

test('a calm ledger takes no transaction, for what it knows and for what it has to read', async () => {
  await openAccounts(here, ['calm'], grant('g', '10'));
  const { counted, transaction } = countTransactions(fixture.database);
  const ledger = fixture.openLedger({ transaction, limits: { isOptimistic: true } });
  await ledger.post(command('calm', use('1'), 'k'));
  await ledger.post(command('calm', use('1')));
  await ledger.post(command('calm', hold('h', '2')));
  await ledger.post(command('calm', settle('h', '1')));
  await ledger.post(command('calm', use('1'), 'k'));
  await expect(ledger.post(command('calm', use('100', 'REJECT')))).rejects.toMatchObject({ code: 'INSUFFICIENT_BALANCE' });
  await expect(ledger.post(command('nobody', use('1')))).rejects.toMatchObject({ code: 'CUSTOMER_NOT_FOUND' });
  expect(counted.count).toBe(0);
});

test('what a failover lost is forgotten, also where the ledger has come as far again', async () => {
  const later = fixture.openLedger({ clock: { now: () => new Date(NOW.getTime() + 10) } });
  const words = (id: string, amount: string) => command('lost', grant(id, amount, { featureId: 'words' }));
  await openAccounts(here, ['lost'], grant('g', '10'));
  await here.post(words('of the lost history', '5'));
  // The standby did not have the second entry. No trigger keeps it here.
  await sql.rows('SET session_replication_role = replica');
  await sql.rows(`DELETE FROM ledger_entry WHERE customer_id = 'lost' AND sequence = 2`);
  await sql.rows(`DELETE FROM "grant" WHERE customer_id = 'lost' AND feature_id = 'words'`);
  await sql.rows(`DELETE FROM balance WHERE customer_id = 'lost' AND feature_id = 'words'`);
  await sql.rows(`UPDATE account SET sequence = 1 WHERE customer_id = 'lost'`);
  await sql.rows('RESET session_replication_role');
  await later.post(words('of the history that is', '7'));

  // It reads the account again, because it does not know the balance of this feature.
  await here.post(command('lost', grant('i', '1', { featureId: 'images' })));
  await here.post(command('lost', use('7', 'REJECT', 'words')));
  expect(await here.reads.balance({ customerId: 'lost', featureId: 'words' })).toMatchObject({ remaining: 0n, version: 4n });
  await later.close();
});

describe('the time of a batch', () => {
  test('is refused where it is far from the database’s: such a batch takes its time under the lock', async () => {
    await openAccounts(here, ['timed'], grant('g', '10'));
    const { counted, transaction } = countTransactions(fixture.database);
    const at = (offMs: number) =>
      fixture.openLedger({
        transaction,
        limits: { isOptimistic: true },
        clock: { now: () => new Date(Date.now() + offMs), fromDatabase: (said) => said },
      });
    await at(0).post(command('timed', use('1')));
    expect(counted.count).toBe(0);
    for (const offMs of [-3_600_000, 3_600_000]) {
      const { entries } = await at(offMs).post(command('timed', use('1')));
      expect(Math.abs(Number(entries[0]?.recordedAt) - Date.now())).toBeLessThan(60_000);
    }
    expect(counted.count).toBe(2);
  });
});
