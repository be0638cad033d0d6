import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Effect } from '../../src/ledger/effect.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { InsufficientBalanceError } from '../../src/ledger/model/errors.ts';
import { decimal } from '../../src/values/decimal.ts';
import { NOTES, note, noteEffect } from './effects.ts';
import { command, countTransactions, type Fixture, NOW, openAccounts, openFixture } from './fixture.ts';
import { FEATURE, grant, use } from './postings.ts';

let fixture: Fixture;
let ledger: Ledger;
const transactions = { count: 0 };
const applications: (readonly unknown[])[] = [];
const watched: Effect<string> = {
  name: noteEffect.name,
  apply(transaction, inputs, now) {
    applications.push([...inputs, now]);
    return noteEffect.apply(transaction, inputs, now);
  },
};

beforeAll(async () => {
  fixture = await openFixture(NOTES);
  const { counted, transaction } = countTransactions(fixture.database);
  ledger = fixture.openLedger({ effects: [watched], transaction });
  Object.defineProperty(transactions, 'count', { get: () => counted.count });
});
afterAll(() => fixture.close());

const notes = async () =>
  (await fixture.database.client.$queryRaw<{ text: string }[]>`SELECT text FROM note`).map(({ text }) => text);
const remaining = async (customerId: string) => (await ledger.reads.balance({ customerId, featureId: FEATURE })).remaining;

describe('an effect', () => {
  test('happens in the transaction that posts, and its command is applied', async () => {
    await openAccounts(ledger, ['together']);
    const posted = await ledger.post({ customerId: 'together', effects: note('paid'), postings: [grant('g', '100')] });
    expect(posted).toMatchObject({ applied: true, replayed: false });
    expect(await notes()).toContain('paid');
    expect(await remaining('together')).toBe(decimal('100'));
  });

  test('that finds its work done says so, and nothing is posted', async () => {
    await openAccounts(ledger, ['twice']);
    const settle = (id: string) => ({ customerId: 'twice', effects: note('p1'), postings: [grant(id, '100')] });
    expect(await ledger.post(settle('g1'))).toMatchObject({ applied: true });
    expect(await ledger.post(settle('g2'))).toEqual({ entries: [], replayed: false, applied: false });
    expect(await remaining('twice')).toBe(decimal('100'));
  });

  test('that two calls of one batch mean happens once: the first goes, the second finds it done', async () => {
    await openAccounts(ledger, ['racing']);
    const settle = (id: string) => ledger.post({ customerId: 'racing', effects: note('p2'), postings: [grant(id, '100')] });
    const posted = await Promise.all([settle('g1'), settle('g2'), settle('g3')]);
    expect(posted.map(({ applied }) => applied)).toEqual([true, false, false]);
    expect(await remaining('racing')).toBe(decimal('100'));
  });

  test('is applied once for all commands of a batch that carry it, in their order, at the batch’s instant', async () => {
    await openAccounts(ledger, ['many', 'other'], grant('g', '10'));
    applications.length = 0;
    await Promise.all([
      ledger.post({ customerId: 'many', effects: note('b'), postings: [use('1')] }),
      ledger.post(command('many', use('1'))),
      ledger.post({ customerId: 'other', effects: note('a'), postings: [use('1')] }),
    ]);
    expect(applications).toEqual([['b', 'a', NOW]]);
  });

  test('can stand alone: a command without postings is applied, with no entries', async () => {
    await openAccounts(ledger, ['alone']);
    expect(await ledger.post({ customerId: 'alone', effects: note('alone'), postings: [] })).toMatchObject({
      entries: [],
      replayed: false,
      applied: true,
    });
    expect(await notes()).toContain('alone');
  });
});

describe('an effect that went, and rules that refuse', () => {
  test('are rolled back together, and only that command is refused', async () => {
    await openAccounts(ledger, ['refused', 'neighbour'], grant('g', '10'));
    const results = await Promise.allSettled([
      ledger.post(command('refused', use('1'))),
      ledger.post({ customerId: 'refused', effects: note('not to be'), postings: [use('50', 'REJECT')] }),
      ledger.post({ customerId: 'refused', effects: note('to be'), postings: [use('2')] }),
      ledger.post(command('neighbour', use('3'))),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: expect.any(InsufficientBalanceError) });
    expect(await notes()).toContain('to be');
    expect(await notes()).not.toContain('not to be');
    expect(await remaining('refused')).toBe(decimal('7'));
    expect(await remaining('neighbour')).toBe(decimal('7'));
    expect(await ledger.reads.sequence('refused')).toBe(3n);
  });

  test('leave no account behind where the command would have opened it', async () => {
    const opening = { customerId: 'unborn', opensAccount: true, effects: note('unborn'), postings: [use('1', 'REJECT')] };
    await expect(ledger.post(opening)).rejects.toBeInstanceOf(InsufficientBalanceError);
    expect(await fixture.database.client.account.count({ where: { customerId: 'unborn' } })).toBe(0);
  });
});

describe('an effect that fails in SQL', () => {
  test('fails its own command and no other: the batch is halved until that command is alone', async () => {
    await openAccounts(ledger, ['victim', 'good'], grant('g', '100'));
    const before = transactions.count;
    const posts = Array.from({ length: 32 }, (_, index) => {
      const effects = index === 20 ? note('impossible') : note(`possible ${index}`);
      return ledger.post({ customerId: index % 2 ? 'good' : 'victim', effects, postings: [use('1')] });
    });
    const results = await Promise.allSettled(posts);
    expect(results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([20]);
    expect(await remaining('victim')).toBe(decimal('85'));
    expect(await remaining('good')).toBe(decimal('84'));
    // 32 fail; then of 16, 8, 4, 2 and 1 one half fails each time and the other is committed.
    expect(transactions.count - before).toBe(11);
    expect((await notes()).filter((text) => text.startsWith('possible'))).toHaveLength(31);
  });

  test('keeps the order of the others', async () => {
    await openAccounts(ledger, ['ordered'], grant('g', '100'));
    const settled = await Promise.allSettled(
      Array.from({ length: 9 }, (_, index) =>
        ledger.post({
          customerId: 'ordered',
          effects: note(index === 4 ? 'impossible' : `ordered ${index}`),
          postings: [use('1')],
        }),
      ),
    );
    const sequences = settled
      .flatMap((result) => (result.status === 'fulfilled' ? result.value.entries : []))
      .map((entry) => entry.sequence);
    expect(sequences).toEqual([2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n]);
  });
});

test('a command that Postgres cannot store fails no other command', async () => {
  await openAccounts(ledger, ['spoilt', 'sound'], grant('g', '100'));
  const [spoilt, sound] = await Promise.allSettled([
    ledger.post(command('spoilt', { ...use('1'), properties: { text: 'a\u0000b' } })),
    ledger.post(command('sound', use('1'))),
  ]);
  expect([spoilt.status, sound.status]).toEqual(['rejected', 'fulfilled']);
  expect(await remaining('spoilt')).toBe(decimal('100'));
});

test('of two effects of one command, both happen or neither', async () => {
  await openAccounts(ledger, ['pair'], grant('g', '10'));
  const second: Effect<string> = { name: 'second', apply: async (_, inputs) => inputs.map(() => 'done' as const) };
  const both = fixture.openLedger({ effects: [noteEffect, second] });
  const effects = [...note('half'), { name: 'second', input: 'half' }];
  await expect(both.post({ customerId: 'pair', effects, postings: [use('1')] })).rejects.toThrow('second was done');
  expect(await notes()).not.toContain('half');
  expect(await remaining('pair')).toBe(decimal('10'));
});
