import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useOf } from '../../src/ledger/model/allocation.ts';
import { InsufficientBalanceError } from '../../src/ledger/model/errors.ts';
import type { Posted } from '../../src/ledger/model/posting.ts';
import type { LedgerEntry } from '../../src/ledger/model/types.ts';
import { decimal, formatDecimal } from '../../src/values/decimal.ts';
import { CustomerNotFoundError } from '../../src/values/errors.ts';
import { command, countTransactions, type Fixture, idsOf, openAccounts, openFixture } from './fixture.ts';
import { FEATURE, grant, use } from './postings.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

const applied = (posted: readonly Posted[]) =>
  posted.flatMap(({ entries }) => entries).reduce((sum, entry) => sum + useOf(entry), 0n);

describe('batches form by themselves', () => {
  test('a single caller does not wait: three posts one after the other are three transactions', async () => {
    const { counted, transaction } = countTransactions(fixture.database);
    const ledger = fixture.openLedger({ transaction });
    await openAccounts(ledger, ['alone'], grant('g', '10'));
    await ledger.post(command('alone', use('1')));
    await ledger.post(command('alone', use('1')));
    expect(counted.count).toBe(3);
  });

  test('500 posts at once on one account are one transaction, exactly what was asked, in the order in which they came', async () => {
    const { counted, transaction } = countTransactions(fixture.database);
    const ledger = fixture.openLedger({ transaction });
    await openAccounts(ledger, ['hot'], grant('g', '1000'));
    counted.count = 0;
    const posted = await Promise.all(
      Array.from({ length: 500 }, (_, index) => ledger.post(command('hot', use(String(index % 3 || 1))))),
    );
    expect(counted.count).toBe(1);
    expect(posted.map(({ entries }) => entries[0]?.sequence)).toEqual(posted.map((_, index) => BigInt(index + 2)));
    expect(await ledger.reads.balance({ customerId: 'hot', featureId: FEATURE })).toMatchObject({
      remaining: decimal('1000') - applied(posted),
      version: 501n,
    });
  });

  test('500 posts at once on 100 accounts are one transaction, each account numbered by itself', async () => {
    const { counted, transaction } = countTransactions(fixture.database);
    const ledger = fixture.openLedger({ transaction });
    const ids = idsOf(100, 'spread');
    await openAccounts(ledger, ids, grant('g', '100'));
    counted.count = 0;
    const posts = Array.from({ length: 500 }, (_, index) => ledger.post(command(ids[index % 100] ?? '', use('1'))));
    await Promise.all(posts);
    expect(counted.count).toBe(1);
    expect(await Promise.all(ids.map(ledger.reads.sequence))).toEqual(ids.map(() => 6n));
  });

  test('what comes while a batch is under way makes up the next one', async () => {
    const { counted, transaction } = countTransactions(fixture.database);
    const ledger = fixture.openLedger({ transaction });
    await openAccounts(ledger, ['stream'], grant('g', '10000'));
    counted.count = 0;
    // 50 callers, each asking again as soon as it is answered.
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        for (let turn = 0; turn < 10; turn += 1) await ledger.post(command('stream', use('1')));
      }),
    );
    expect(counted.count).toBeLessThanOrEqual(50);
    expect(await ledger.reads.sequence('stream')).toBe(501n);
  });

  test('a batch is no longer than its limit, and the order is kept across batches', async () => {
    const { counted, transaction } = countTransactions(fixture.database);
    const ledger = fixture.openLedger({ transaction, limits: { batchCommands: 7, batchesInFlight: 3 } });
    await openAccounts(ledger, ['cut'], grant('g', '100'));
    counted.count = 0;
    const posted = await Promise.all(Array.from({ length: 50 }, () => ledger.post(command('cut', use('1')))));
    expect(counted.count).toBe(8);
    expect(posted.map(({ entries }) => entries[0]?.sequence)).toEqual(posted.map((_, index) => BigInt(index + 2)));
  });
});

describe('nothing is overspent', () => {
  test('200 racing uses of a balance of 100 take exactly 100', async () => {
    const ledger = fixture.openLedger();
    await openAccounts(ledger, ['race'], grant('g', '100'));
    const posted = await Promise.all(Array.from({ length: 200 }, () => ledger.post(command('race', use('1')))));
    expect(formatDecimal(applied(posted))).toBe('100');
    expect(await ledger.reads.balance({ customerId: 'race', featureId: FEATURE })).toMatchObject({
      remaining: 0n,
      version: 201n,
    });
  });

  test('nor by several writers that race for the same account', async () => {
    const ledgers = [fixture.openLedger(), fixture.openLedger(), fixture.openLedger()] as const;
    await openAccounts(ledgers[0], ['contested'], grant('g', '100'));
    const racing = Array.from({ length: 40 }, () => ledgers.map((ledger) => ledger.post(command('contested', use('1')))));
    expect(formatDecimal(applied(await Promise.all(racing.flat())))).toBe('100');
    expect(await ledgers[0].reads.sequence('contested')).toBe(121n);
  });

  test('20 at once of 75 with REJECT on 500: exactly 6 succeed, and 50 remain', async () => {
    const ledger = fixture.openLedger();
    await openAccounts(ledger, ['reject'], grant('g', '500'));
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => ledger.post(command('reject', use('75', 'REJECT')))),
    );
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refusals).toHaveLength(14);
    expect(refusals.every((refusal) => refusal instanceof InsufficientBalanceError)).toBe(true);
    expect(await ledger.reads.balance({ customerId: 'reject', featureId: FEATURE })).toMatchObject({
      remaining: decimal('50'),
      version: 7n,
    });
  });
});

test('an unknown customer is refused without failing the batch', async () => {
  const ledger = fixture.openLedger();
  await openAccounts(ledger, ['known'], grant('g', '1'));
  const [known, unknown] = await Promise.allSettled([
    ledger.post(command('known', use('1'))),
    ledger.post(command('nobody', use('1'))),
  ]);
  expect(known.status).toBe('fulfilled');
  expect(unknown).toMatchObject({ status: 'rejected', reason: expect.any(CustomerNotFoundError) });
  expect(await fixture.database.client.account.count({ where: { customerId: 'nobody' } })).toBe(0);
});

test('committed entries reach the listener batch by batch, in order, before the callers are answered', async () => {
  const handedOn: LedgerEntry[] = [];
  const ledger = fixture.openLedger({ onCommitted: (entries) => handedOn.push(...entries) });
  await openAccounts(ledger, ['heard'], grant('g', '3'));
  const knownWhenAnswered = await Promise.all(
    Array.from({ length: 4 }, () =>
      ledger.post(command('heard', use('1', 'REJECT'))).then(
        () => handedOn.length,
        () => 'refused',
      ),
    ),
  );
  expect(knownWhenAnswered).toEqual([4, 4, 4, 'refused']);
  expect(handedOn.map(({ sequence }) => sequence)).toEqual([1n, 2n, 3n, 4n]);
});
