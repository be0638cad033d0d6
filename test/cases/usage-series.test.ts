import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bucketsBetween } from '../../src/balances/usage-series.ts';
import { InvalidInputError } from '../../src/values/errors.ts';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { createCustomer, createFeature, grant, track } from '../support/shop.ts';

const NOW = '2026-03-04T12:30:00.000Z';

let brim: TestBrim;
beforeAll(async () => {
  brim = await openBrim({ clock: { now: () => new Date(NOW) } });
  await createFeature(brim, 'words');
  await createCustomer(brim, 'ada');
  await grant(brim, { customerId: 'ada', featureId: 'words', amount: '100' });
  const uses = [
    ['1', '2026-02-27T23:59:59.999Z'],
    ['2', '2026-02-28T00:00:00.000Z'],
    ['0.5', '2026-02-28T00:59:59.999Z'],
    ['4', '2026-03-01T00:00:00.000Z'],
    ['8', '2026-03-02T10:00:00.000Z'],
    ['16', NOW],
  ];
  for (const [value, occurredAt] of uses) await track(brim, { customerId: 'ada', featureId: 'words', value, occurredAt });
});
afterAll(() => brim.close());

async function series(args: Record<string, string>) {
  const { data, errors } = await brim.query(
    `query ($from: DateTime!, $to: DateTime!, $bucket: UsageBucket!, $featureId: ID!) {
      customer(id: "ada") { usage(featureId: $featureId, from: $from, to: $to, bucket: $bucket) { start usage } }
    }`,
    { featureId: 'words', ...args },
  );
  if (errors) return errors.map(({ message, extensions }) => ({ message, code: extensions?.['code'] }));
  return data.customer.usage.map((point: { start: string; usage: string }) => `${point.start.slice(0, 13)} ${point.usage}`);
}

describe('Customer.usage', () => {
  test('by HOUR: what was used in each, and zero where nothing was', async () => {
    const hours = await series({ from: '2026-02-27T23:10:00Z', to: '2026-02-28T03:00:00Z', bucket: 'HOUR' });
    expect(hours).toEqual(['2026-02-27T23 1', '2026-02-28T00 2.5', '2026-02-28T01 0', '2026-02-28T02 0']);
  });

  test('by DAY, from the day of `from` to the last that begins before `to`', async () => {
    expect(await series({ from: '2026-02-27T12:00:00Z', to: '2026-03-02T00:00:00.001Z', bucket: 'DAY' })).toEqual([
      '2026-02-27T00 1',
      '2026-02-28T00 2.5',
      '2026-03-01T00 4',
      '2026-03-02T00 8',
    ]);
  });

  test('by WEEK, from Monday', async () => {
    expect(await series({ from: '2026-02-28T00:00:00Z', to: NOW, bucket: 'WEEK' })).toEqual([
      '2026-02-23T00 7.5',
      '2026-03-02T00 24',
    ]);
  });

  test('by MONTH, however long each is', async () => {
    expect(await series({ from: '2026-01-31T00:00:00Z', to: NOW, bucket: 'MONTH' })).toEqual([
      '2026-01-01T00 0',
      '2026-02-01T00 3.5',
      '2026-03-01T00 28',
    ]);
  });

  test('counts what was asked for and taken, not what was asked', async () => {
    await createCustomer(brim, 'poor');
    await grant(brim, { customerId: 'poor', featureId: 'words', amount: '3' });
    await track(brim, { customerId: 'poor', featureId: 'words', value: '5' });
    const { customer } = await brim.data(
      `{ customer(id: "poor") { usage(featureId: "words", from: "${NOW}", to: "2026-03-05T00:00:00Z", bucket: MONTH) { usage end } } }`,
    );
    expect(customer.usage).toEqual([{ usage: '3', end: '2026-04-01T00:00:00.000Z' }]);
  });

  test('an unknown feature, an empty time and too many buckets are refused', async () => {
    expect(await series({ from: NOW, to: '2027-01-01T00:00:00Z', bucket: 'DAY', featureId: 'none' })).toMatchObject([
      { code: 'FEATURE_NOT_FOUND' },
    ]);
    expect(await series({ from: NOW, to: NOW, bucket: 'DAY' })).toEqual([
      { code: 'INVALID_INPUT', message: 'to: must be after from' },
    ]);
    expect(await series({ from: '2020-01-01T00:00:00Z', to: NOW, bucket: 'HOUR' })).toMatchObject([{ code: 'INVALID_INPUT' }]);
  });
});

describe('buckets', () => {
  test('of weeks begin on Monday, before 1970 too', () => {
    const startOf = (text: string) =>
      bucketsBetween(new Date(text), new Date(Date.parse(text) + 1), 'WEEK')[0]?.start.toISOString();
    expect(startOf('1969-12-31T23:00:00Z')).toBe('1969-12-29T00:00:00.000Z');
    expect(startOf('2026-11-22T23:59:59Z')).toBe('2026-11-16T00:00:00.000Z');
    expect(startOf('2026-11-23T00:00:00Z')).toBe('2026-11-23T00:00:00.000Z');
  });

  test('follow each other without a gap, a thousand of them at most', () => {
    const day = (count: number) => new Date(count * 86_400_000);
    const thousand = bucketsBetween(day(0), day(1_000), 'DAY');
    expect(thousand).toHaveLength(1_000);
    for (const [index, { end }] of thousand.entries()) expect(end).toEqual(thousand[index + 1]?.start ?? day(1_000));
    expect(() => bucketsBetween(day(0), day(1_001), 'DAY')).toThrow(InvalidInputError);
  });
});
