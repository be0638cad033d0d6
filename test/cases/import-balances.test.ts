/**
 * Customers of another system are taken over: what they begin with is in the ledger, and what they
 * used is in the hours of use alone.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/database/database.ts';
import { expectPromisesKept } from '../properties/promises.ts';
import { readTables } from '../properties/tables.ts';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { isLong } from '../support/long.ts';
import { balanceOf, createCustomer, createFeature, createPlan, grant, ledgerLines, track } from '../support/shop.ts';

const NOW = new Date('2026-03-04T12:30:00.000Z');
const WORDS = 'words';

let brim: TestBrim;
let database: Database;
beforeAll(async () => {
  brim = await openBrim({ clock: { now: () => NOW } });
  database = openDatabase({ url: brim.databaseUrl });
  await createFeature(brim, WORDS);
  await createFeature(brim, 'free_words');
  await createFeature(brim, { id: 'pro', type: 'BOOLEAN' });
  await createPlan(brim, { id: 'free', autoEnable: true, items: [{ featureId: 'free_words', included: '10' }] });
});
afterAll(async () => {
  await database?.close();
  await brim?.close();
});

const IMPORT = `mutation ($rows: [ImportRowInput!]!) { importBalances(input: { rows: $rows }) { __typename
  ... on InvalidInputError { issues { path message } }
  ... on ImportBalancesSuccess { imported replayed refused { index path code message retryable } } } }`;

type Row = Readonly<Record<string, unknown>>;

async function importRows(...rows: readonly Row[]) {
  const full = rows.map((row) => ({ featureId: WORDS, remaining: '0', idempotencyKey: 'opening', ...row }));
  return (await brim.data(IMPORT, { rows: full })).importBalances;
}

async function hoursOf(customerId: string) {
  const { customer } = await brim.data(
    `query ($id: ID!) { customer(id: $id) { usage(featureId: "${WORDS}", from: "2026-03-01T00:00:00Z", to: "2026-03-05T00:00:00Z", bucket: HOUR) { start usage } } }`,
    { id: customerId },
  );
  return customer.usage
    .filter(({ usage }: { usage: string }) => usage !== '0')
    .map(({ start, usage }: { start: string; usage: string }) => `${start.slice(0, 13)} ${usage}`);
}

async function expectSound(...customerIds: readonly string[]) {
  for (const tables of await readTables(database, customerIds)) expectPromisesKept(tables, NOW.getTime(), { imports: true });
}

describe('importBalances', () => {
  it('creates customers with their plans, and gives them what they begin with', async () => {
    const usage = [
      { hour: '2026-03-03T10:59:59Z', amount: '4' },
      { hour: '2026-03-04T12:00:00Z', amount: '0.5' },
    ];
    expect(
      await importRows(
        { customerId: 'ada', name: 'Ada', remaining: '90', expiresAt: '2027-01-01T00:00:00Z', usage },
        { customerId: 'ada', remaining: '10', idempotencyKey: 'second' },
        { customerId: 'bob', remaining: '-7.5' },
        { customerId: 'cyd', usage: [{ hour: '2026-03-01T00:00:00Z', amount: '1' }] },
      ),
    ).toEqual({ __typename: 'ImportBalancesSuccess', imported: 4, replayed: 0, refused: [] });
    expect(await balanceOf(brim, 'ada', WORDS)).toMatchObject({ remaining: '100', usage: '0' });
    expect(await balanceOf(brim, 'bob', WORDS)).toMatchObject({ remaining: '-7.5', usage: '7.5' });
    expect(await balanceOf(brim, 'cyd', WORDS)).toMatchObject({ remaining: '0', usage: '0' });
    expect(await balanceOf(brim, 'cyd', 'free_words')).toMatchObject({ remaining: '10' });
    expect(await ledgerLines(brim, 'bob')).toEqual(['GRANT 10 free_words', 'ADJUSTMENT -7.5 words']);
    expect(await hoursOf('ada')).toEqual(['2026-03-03T10 4', '2026-03-04T12 0.5']);
    expect(await hoursOf('cyd')).toEqual(['2026-03-01T00 1']);
    await expectSound('ada', 'bob', 'cyd');
  });

  it('does a row once, however often it is sent; the same key with another row is a conflict', async () => {
    const row = { customerId: 'eve', remaining: '5', usage: [{ hour: '2026-03-03T10:00:00Z', amount: '4' }] };
    const [one, other] = await Promise.all([importRows(row, row), importRows(row)]);
    expect(one.imported + other.imported).toBe(1);
    expect(one.replayed + other.replayed).toBe(2);
    expect(await importRows(row, { ...row, remaining: '6' })).toMatchObject({
      imported: 0,
      replayed: 1,
      refused: [{ index: 1, path: [], code: 'IDEMPOTENCY_CONFLICT', retryable: false }],
    });
    expect(await balanceOf(brim, 'eve', WORDS)).toMatchObject({ remaining: '5', version: 2 });
    expect(await hoursOf('eve')).toEqual(['2026-03-03T10 4']);
  });

  it('adds past use to the hour in which the customer also used something here', async () => {
    await createCustomer(brim, 'fay');
    await grant(brim, { customerId: 'fay', featureId: WORDS, amount: '20' });
    await track(brim, { customerId: 'fay', featureId: WORDS, value: '3' });
    await importRows({ customerId: 'fay', usage: [{ hour: NOW.toISOString(), amount: '2' }] });
    await track(brim, { customerId: 'fay', featureId: WORDS, value: '1' });
    expect(await hoursOf('fay')).toEqual(['2026-03-04T12 6']);
    expect(await balanceOf(brim, 'fay', WORDS)).toMatchObject({ remaining: '16', usage: '4' });
  });

  it('takes an opening below zero off what is there, and a later grant repays it', async () => {
    await createCustomer(brim, 'gus');
    await grant(brim, { customerId: 'gus', featureId: WORDS, amount: '3' });
    await importRows({ customerId: 'gus', remaining: '-5' });
    expect(await balanceOf(brim, 'gus', WORDS)).toMatchObject({ granted: '0', remaining: '-2', usage: '2' });
    await grant(brim, { customerId: 'gus', featureId: WORDS, amount: '10' });
    await track(brim, { customerId: 'gus', featureId: WORDS, value: '8' });
    expect(await balanceOf(brim, 'gus', WORDS)).toMatchObject({ remaining: '0', usage: '10' });
    await expectSound('gus');
  });

  it('refuses each bad row by itself, and says where and why', async () => {
    const hour = '2026-03-04T10:00:00Z';
    const bad: readonly (readonly [row: Row, path: readonly string[], code?: string])[] = [
      [{ customerId: 'a b' }, ['customerId']],
      [{ featureId: 'nothing' }, [], 'FEATURE_NOT_FOUND'],
      [{ featureId: 'pro' }, ['featureId']],
      [{ remaining: '1', expiresAt: '2026-03-04T12:00:00Z' }, ['expiresAt']],
      [{ remaining: '0', expiresAt: '2027-03-04T12:00:00Z' }, ['expiresAt']],
      [{ remaining: '-9'.padEnd(27, '9'), idempotencyKey: 'more than fits' }, ['remaining']],
      [{ email: 'nobody' }, ['email']],
      [{ idempotencyKey: '' }, ['idempotencyKey']],
      [{ usage: [{ hour, amount: '0' }] }, ['usage', '0', 'amount']],
      [{ usage: [{ hour: '2026-03-04T13:00:00Z', amount: '1' }] }, ['usage', '0', 'hour']],
      [{ usage: ['10:00', '10:30'].map((at) => ({ hour: `2026-03-04T${at}:00Z`, amount: '1' })) }, ['usage', '1', 'hour']],
      [{ usage: Array(1_001).fill({ hour, amount: '1' }) }, ['usage']],
    ];
    await importRows({ customerId: 'hal', remaining: '-9' });
    const { imported, refused } = await importRows(
      ...bad.map(([row]) => ({ customerId: 'hal', idempotencyKey: 'bad', ...row })),
      { customerId: 'ivy', remaining: '1' },
    );
    expect(imported).toBe(1);
    expect(refused.map(({ index, path, code }: { index: number; path: string[]; code: string }) => [index, path, code])).toEqual(
      bad.map(([, path, code = 'INVALID_INPUT'], index) => [index, path, code]),
    );
    expect(await ledgerLines(brim, 'hal')).toEqual(['GRANT 10 free_words', 'ADJUSTMENT -9 words']);
  });

  it('refuses no rows, and more than 1,000', async () => {
    for (const rows of [[], Array(1_001).fill({ customerId: 'x' })])
      expect(await importRows(...rows)).toMatchObject({ __typename: 'InvalidInputError', issues: [{ path: ['rows'] }] });
  });

  it(`takes ${isLong ? '100,000' : 'hundreds of'} customers over, and each balance is what its entries say`, async () => {
    const total = isLong ? 100_000 : 300;
    const rows = Array.from({ length: total }, (_, index) => ({
      customerId: `mass-${index}`,
      remaining: `${(index % 7) - 2}`,
      usage: [{ hour: '2026-03-02T00:00:00Z', amount: '2' }],
    }));
    const began = performance.now();
    for (let from = 0; from < total; from += 1_000)
      expect(await importRows(...rows.slice(from, from + 1_000))).toMatchObject({ refused: [], replayed: 0 });
    const seconds = (performance.now() - began) / 1_000;
    if (isLong) process.stdout.write(`imported ${Math.round(total / seconds)} customers a second\n`);
    const { client } = database;
    const [sums] = await client.$queryRaw<{ remaining: string; used: string; count: bigint }[]>`
      SELECT sum(b.remaining)::text AS remaining, (SELECT sum(amount)::text FROM usage_hour WHERE customer_id LIKE 'mass-%') AS used, count(*)
      FROM balance b WHERE customer_id LIKE 'mass-%' AND feature_id = ${WORDS}`;
    const remaining = rows.reduce((sum, row) => sum + Number(row.remaining), 0);
    expect({ remaining: Number(sums?.remaining), used: Number(sums?.used), count: Number(sums?.count) }).toEqual({
      ...{ remaining, used: 2 * total, count: total },
    });
    await expectSound(...rows.slice(-50).map(({ customerId }) => customerId));
  }, 600_000);
});
