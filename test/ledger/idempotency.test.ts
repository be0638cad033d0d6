import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { InsufficientBalanceError } from '../../src/ledger/model/errors.ts';
import type { Posted } from '../../src/ledger/model/posting.ts';
import { decimal } from '../../src/values/decimal.ts';
import { IdempotencyConflictError } from '../../src/values/errors.ts';
import { command, type Fixture, openAccounts, openFixture } from './fixture.ts';
import { FEATURE, grant, use } from './postings.ts';

let fixture: Fixture;
let ledger: Ledger;
const transactions = { count: 0 };
beforeAll(async () => {
  fixture = await openFixture();
  ledger = fixture.openLedger({
    transaction: (work) => {
      transactions.count += 1;
      return fixture.database.transaction(work);
    },
  });
});
afterAll(() => fixture.close());

/** The same answer again: its entries. Only the first caller gets the grants behind them. */
const replayOf = ({ entries, applied }: Posted): Posted => ({ entries, applied, replayed: true });

const remaining = async (customerId: string) => (await ledger.reads.balance({ customerId, featureId: FEATURE })).remaining;

describe('the same key and the same input again', () => {
  test('later: gives the first answer, and takes nothing', async () => {
    await openAccounts(ledger, ['later'], grant('g', '100'));
    const first = await ledger.post(command('later', use('25.5'), 'k'));
    const again = await ledger.post(command('later', use('25.5'), 'k'));
    expect(first).toMatchObject({ replayed: false, applied: true });
    expect(again).toEqual(replayOf(first));
    expect(await remaining('later')).toBe(decimal('74.5'));
    expect(await ledger.reads.sequence('later')).toBe(2n);
  });

  test('later, by another process: gives the same answer', async () => {
    await openAccounts(ledger, ['elsewhere'], grant('g', '100'));
    const first = await ledger.post(command('elsewhere', use('1'), 'k'));
    expect(await fixture.openLedger().post(command('elsewhere', use('1'), 'k'))).toEqual(replayOf(first));
  });

  test('at once, in one batch: is taken once, and every caller gets the same entry', async () => {
    await openAccounts(ledger, ['at-once'], grant('g', '100'));
    transactions.count = 0;
    const posted = await Promise.all(Array.from({ length: 10 }, () => ledger.post(command('at-once', use('5'), 'k'))));
    expect(transactions.count).toBe(1);
    expect(posted.map(({ replayed }) => replayed)).toEqual([false, ...Array(9).fill(true)]);
    expect(new Set(posted.map(({ entries }) => entries[0]?.sequence))).toEqual(new Set([2n]));
    expect(await remaining('at-once')).toBe(decimal('95'));
  });

  test('at once, in two processes: is taken once', async () => {
    await openAccounts(ledger, ['two'], grant('g', '100'));
    const writers = [ledger, fixture.openLedger()];
    const posted = await Promise.all(writers.map((writer) => writer.post(command('two', use('5'), 'k'))));
    expect(posted.map(({ replayed }) => replayed).toSorted()).toEqual([false, true]);
    expect(await remaining('two')).toBe(decimal('95'));
  });

  test('answers all entries of a command of several postings, and no others', async () => {
    await openAccounts(ledger, ['several'], grant('g', '100'));
    const several = { customerId: 'several', postings: [use('1'), use('2')], idempotency: { key: 'k', fingerprint: 'f' } };
    const first = await ledger.post(several);
    await ledger.post(command('several', use('4')));
    expect(await ledger.post(several)).toEqual(replayOf(first));
    expect(first.entries.map(({ sequence }) => sequence)).toEqual([2n, 3n]);
  });

  test('gives nothing again for a use that took nothing, even if something remains now', async () => {
    await openAccounts(ledger, ['nothing']);
    const first = await ledger.post(command('nothing', use('5'), 'k'));
    await ledger.post(command('nothing', grant('g', '100')));
    const again = await ledger.post(command('nothing', use('5'), 'k'));
    expect(again).toEqual(replayOf(first));
    expect(await remaining('nothing')).toBe(decimal('100'));
  });
});

describe('the same key with another input', () => {
  test('later: is a conflict, and takes nothing', async () => {
    await openAccounts(ledger, ['conflict'], grant('g', '100'));
    await ledger.post(command('conflict', use('25.5'), 'k', 'one'));
    await expect(ledger.post(command('conflict', use('26'), 'k', 'another'))).rejects.toBeInstanceOf(IdempotencyConflictError);
    expect(await remaining('conflict')).toBe(decimal('74.5'));
  });

  test('in one batch: the first is taken, the other is a conflict, and a third like the first is its answer', async () => {
    await openAccounts(ledger, ['mixed'], grant('g', '100'));
    const results = await Promise.allSettled([
      ledger.post(command('mixed', use('1'), 'k', 'one')),
      ledger.post(command('mixed', use('2'), 'k', 'another')),
      ledger.post(command('mixed', use('1'), 'k', 'one')),
    ]);
    expect(results).toMatchObject([
      { value: { replayed: false } },
      { reason: expect.any(IdempotencyConflictError) },
      { value: { replayed: true } },
    ]);
    expect(await remaining('mixed')).toBe(decimal('99'));
  });
});

test('a key belongs to one customer: the same key of another is another key', async () => {
  await openAccounts(ledger, ['one', 'other'], grant('g', '100'));
  const posted = await Promise.all(['one', 'other'].map((id) => ledger.post(command(id, use('1'), 'k', id))));
  expect(posted.map(({ replayed }) => replayed)).toEqual([false, false]);
});

describe('a refused command leaves its key free', () => {
  test('after a grant the same key works', async () => {
    await openAccounts(ledger, ['refused'], grant('g', '500'));
    await expect(ledger.post(command('refused', use('600', 'REJECT'), 'k'))).rejects.toBeInstanceOf(InsufficientBalanceError);
    expect(await fixture.database.client.command.count({ where: { customerId: 'refused' } })).toBe(0);
    await ledger.post(command('refused', grant('more', '100')));
    expect(await ledger.post(command('refused', use('600', 'REJECT'), 'k'))).toMatchObject({ replayed: false });
    expect(await remaining('refused')).toBe(0n);
  });

  test('within one batch too, and even for another input', async () => {
    await openAccounts(ledger, ['again'], grant('g', '10'));
    const results = await Promise.allSettled([
      ledger.post(command('again', use('11', 'REJECT'), 'k', 'one')),
      ledger.post(command('again', use('10', 'REJECT'), 'k', 'another')),
    ]);
    expect(results).toMatchObject([{ reason: expect.any(InsufficientBalanceError) }, { value: { replayed: false } }]);
  });
});

test('a replay does not reach the listener again', async () => {
  const handedOn: unknown[] = [];
  const listening = fixture.openLedger({ onCommitted: (entries) => handedOn.push(...entries) });
  await openAccounts(listening, ['quiet'], grant('g', '1'));
  await listening.post(command('quiet', use('1'), 'k'));
  await listening.post(command('quiet', use('1'), 'k'));
  expect(handedOn).toHaveLength(2);
});
