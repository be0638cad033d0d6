import type { Autumn } from 'autumn-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autumnOf, refusalOf } from '../support/autumn.ts';
import type { TestBrim } from '../support/brim.ts';
import { createCustomer, createFeature, grant, MESSAGES, openShop } from '../support/shop.ts';

describe('events over /v1', () => {
  let brim: TestBrim;
  let autumn: Autumn;
  const at = (iso: string) => Date.parse(iso);

  beforeAll(async () => {
    brim = await openShop();
    autumn = autumnOf(brim);
    await createFeature(brim, 'words');
    await createCustomer(brim, 'user');
    await grant(brim, { customerId: 'user', featureId: 'words', amount: '100' });
    const ofMessages = { customerId: 'user', featureId: MESSAGES };
    await autumn.track({ ...ofMessages, value: 0.1, timestamp: at('2026-03-01T10:00:00Z'), properties: { model: 'small' } });
    await autumn.track({ ...ofMessages, value: 0.2, timestamp: at('2026-03-01T11:00:00Z') });
    await autumn.track({ ...ofMessages, value: 2, timestamp: at('2026-03-03T11:00:00Z') });
    await autumn.track({ customerId: 'user', featureId: 'words', value: 7 });
    await autumn.check({ ...ofMessages, requiredBalance: 3, lock: { lockId: 'one', enabled: true } });
    await autumn.balances.finalize({ lockId: 'one', action: 'confirm', overrideValue: 1 });
  });
  afterAll(() => brim.close());

  it('are the uses of a customer, the newest first, page by page', async () => {
    const first = await autumn.events.list({ customerId: 'user', limit: 2 });
    expect(first.list).toMatchObject([
      { featureId: MESSAGES, value: 1 },
      { featureId: 'words', value: 7, customerId: 'user' },
    ]);
    const second = await autumn.events.list({ customerId: 'user', startCursor: first.nextCursor ?? '' });
    expect(second).toMatchObject({
      list: [
        { value: 2 },
        { value: 0.2 },
        { value: 0.1, timestamp: at('2026-03-01T10:00:00Z'), properties: { model: 'small' }, deductions: null },
      ],
      nextCursor: null,
    });
    const ofWords = await autumn.events.list({ customerId: 'user', featureId: ['words'] });
    expect(ofWords.list.map(({ value }) => value)).toEqual([7]);
  });

  it('add up exactly, in bins of time, with how many they were', async () => {
    const { list, total } = await autumn.events.aggregate({
      customerId: 'user',
      featureId: [MESSAGES, 'words'],
      binSize: 'day',
      customRange: { start: at('2026-03-01T00:00:00Z'), end: at('2026-03-04T00:00:00Z') },
    });
    expect(list).toEqual([
      { period: at('2026-03-01T00:00:00Z'), values: { [MESSAGES]: 0.3, words: 0 } },
      { period: at('2026-03-02T00:00:00Z'), values: { [MESSAGES]: 0, words: 0 } },
      { period: at('2026-03-03T00:00:00Z'), values: { [MESSAGES]: 2, words: 0 } },
    ]);
    expect(total).toEqual({ [MESSAGES]: { count: 3, sum: 2.3 }, words: { count: 0, sum: 0 } });
  });

  it('add up over the last days, today included', async () => {
    const { list, total } = await autumn.events.aggregate({ customerId: 'user', featureId: 'words', range: '7d' });
    expect(list).toHaveLength(8);
    expect(list.at(-1)?.values).toEqual({ words: 7 });
    expect(total).toEqual({ words: { count: 1, sum: 7 } });
    expect(
      (await autumn.events.aggregate({ customerId: 'user', featureId: 'words', range: '24h', binSize: 'hour' })).list,
    ).toHaveLength(25);
  });

  it('are refused by the name of what Brim does not do', async () => {
    const aggregate = (more: object) => autumn.events.aggregate({ customerId: 'user', featureId: MESSAGES, ...more });
    const refusals = [
      [() => autumn.events.list({}), /^customer_id: must be given/],
      [() => autumn.events.list({ customerId: 'user', customRange: { start: 1 } }), /^custom_range: is not supported by Brim/],
      [() => aggregate({ range: '1bc' }), /^range: must be 24h, 7d, 30d or 90d/],
      [() => aggregate({ range: '7d', groupBy: 'properties.model' }), /^group_by: is not supported by Brim/],
      [() => aggregate({}), /^range: must be given, or custom_range/],
      [() => aggregate({ customRange: { start: 2, end: 1 } }), /^custom_range\.end: must be after from/],
      [() => aggregate({ range: '90d', binSize: 'hour' }), /^bin_size: must be longer/],
    ] as const;
    for (const [call, message] of refusals) {
      expect(await refusalOf(call())).toMatchObject({ statusCode: 400, message: expect.stringMatching(message) });
    }
    expect(await refusalOf(aggregate({ featureId: 'none', range: '7d' }))).toMatchObject({
      statusCode: 404,
      code: 'feature_not_found',
    });
  });
});
