import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportRow } from '../../../packages/client/src/server/index.ts';
import { TEST_KEY } from '../../support/brim.ts';
import { type ClientShop, openClientShop } from '../../support/shop/app-server.ts';
import { balanceOf, MESSAGES } from '../../support/shop.ts';
import { errorReply, openStandIn, passOn } from './stand-in.ts';

describe('imports of the server client', () => {
  let shop: ClientShop;
  beforeAll(async () => {
    shop = await openClientShop();
  });
  afterAll(() => shop.close());

  const row = (customerId: string, more: Partial<ImportRow> = {}): ImportRow => ({
    ...{ customerId, featureId: MESSAGES, remaining: '5', idempotencyKey: 'opening', ...more },
  });

  it('send any number of rows in requests that Brim takes, and sum up what came of them', async () => {
    const sizes: number[] = [];
    const { url } = await openStandIn((body) => {
      sizes.push(JSON.parse(body).variables.input.rows.length);
      return passOn(shop.url, body, TEST_KEY);
    });
    const client = await shop.connect({ url });
    const rows = Array.from({ length: 502 }, (_, index) => row(`in-${index}`, index === 501 ? { featureId: 'none' } : {}));
    const told: number[] = [];
    const summary = await client.importBalances(rows, { onProgress: ({ imported }) => told.push(imported) });
    expect(summary).toMatchObject({
      imported: 501,
      replayed: 0,
      refused: [{ index: 501, code: 'FEATURE_NOT_FOUND', retryable: false }],
    });
    expect([sizes, told]).toEqual([
      [500, 2],
      [500, 501],
    ]);
    expect(await balanceOf(shop, 'in-500')).toMatchObject({ remaining: '15' });
    expect(await client.importBalances(rows.slice(0, 20))).toEqual({ imported: 0, replayed: 20, refused: [] });
    expect(await client.importBalances([])).toEqual({ imported: 0, replayed: 0, refused: [] });
  });

  it('send few rows at once where each is long', async () => {
    const { url, inputs } = await openStandIn((body) => passOn(shop.url, body, TEST_KEY));
    const client = await shop.connect({ url });
    const began = Date.parse('2026-01-01T00:00:00Z');
    const usage = Array.from({ length: 1_000 }, (_, index) => ({
      hour: new Date(began + index * 3_600_000).toISOString(),
      amount: '1.5',
    }));
    const rows = Array.from({ length: 12 }, (_, index) => row(`long-${index}`, { usage }));
    expect(await client.importBalances(rows)).toMatchObject({ imported: 12, refused: [] });
    expect(inputs.length).toBe(2);
  });

  it('refuse a row that cannot be read, or is no number at all, without harm to the others', async () => {
    const client = await shop.connect();
    const rows = [
      row('fine'),
      row('worded', { remaining: 'many' }),
      row('endless', { remaining: Number.POSITIVE_INFINITY }),
      row('also-fine'),
      row('past', { expiresAt: 'yesterday' }),
    ];
    const { refused, ...counts } = await client.importBalances(rows);
    expect(counts).toEqual({ imported: 2, replayed: 0 });
    expect(refused.map(({ index, code }) => [index, code])).toEqual([1, 2, 4].map((index) => [index, 'INVALID_INPUT']));
    expect(refused[1]?.path).toEqual(['remaining']);
    expect(await balanceOf(shop, 'also-fine')).toMatchObject({ remaining: '15' });
  });

  it('send a row again that may be taken later, and fail where Brim refuses to answer', async () => {
    const { url, inputs } = await openStandIn(async (body, turn) => {
      if (turn > 1) return passOn(shop.url, body, TEST_KEY);
      const refused = [{ index: 1, path: [], code: 'UNAVAILABLE', message: 'later', retryable: true }];
      const importBalances = { __typename: 'ImportBalancesSuccess', imported: 1, replayed: 0, refused };
      return { body: JSON.stringify({ data: { importBalances } }) };
    });
    const client = await shop.connect({ url });
    expect(await client.importBalances([row('first'), row('second')])).toEqual({ imported: 2, replayed: 0, refused: [] });
    expect(inputs[1]?.['rows']).toMatchObject([{ customerId: 'second' }]);
    const closed = await openStandIn(() => errorReply('UNAUTHENTICATED', 401));
    const refusing = (await shop.connect({ url: closed.url })).importBalances([row('third')]);
    await expect(refusing).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
