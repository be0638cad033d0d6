import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientShop, openClientShop } from '../../support/shop/app-server.ts';
import { MESSAGES } from '../../support/shop.ts';

describe('balances of the server client', () => {
  let shop: ClientShop;

  beforeAll(async () => {
    shop = await openClientShop();
  });
  afterAll(() => shop.close());

  it('are read, all of them or one', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    await client.track({ customerId, featureId: MESSAGES, value: 0.1 + 0.2 });
    const [first] = (await client.balances(customerId)) ?? [];
    expect(first).toMatchObject({
      feature: { id: MESSAGES, name: 'Premium messages' },
      remaining: '9.7',
      usage: '0.3',
      version: 2,
    });
    expect(await client.balance(customerId, MESSAGES)).toEqual(first);
    expect(await client.balance(customerId, 'nothing')).toBeNull();
    expect(await client.balances('nobody')).toBeNull();
    expect(await client.balance('nobody', MESSAGES)).toBeNull();
  });

  it('are explained by the ledger, page by page', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    const key = 'key-of-the-app';
    await client.track({ customerId, featureId: MESSAGES, value: 3, idempotencyKey: key, properties: { model: 'large' } });
    const newest = await client.ledger({ customerId, first: 1 });
    expect(newest).toMatchObject({
      items: [{ kind: 'USAGE', amount: '-3', idempotencyKey: key, properties: { model: 'large' }, remainingAfter: '7' }],
    });
    const before = await client.ledger({ customerId, first: 1, after: newest?.next ?? null });
    expect(before).toMatchObject({ items: [{ kind: 'GRANT', amount: '10', sequence: 1 }], next: null });
    expect(await client.ledger({ customerId, kinds: ['HOLD', 'SETTLE'] })).toEqual({ items: [], next: null });
    expect(await client.ledger({ customerId, to: '2026-01-01T00:00:00Z' })).toEqual({ items: [], next: null });
    expect(await client.ledger({ customerId: 'nobody' })).toBeNull();
    expect(await client.ledgerOfAll({ kinds: ['GRANT'], first: 1 })).toMatchObject({ items: before?.items });
    expect(await client.ledgerOfAll({ to: '2026-01-01T00:00:00Z' })).toEqual({ items: [], next: null });
  });

  it('are summed up over time', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    await client.track({ customerId, featureId: MESSAGES, value: 3 });
    const day = 86_400_000;
    const from = new Date(Date.now() - day).toISOString();
    const to = new Date(Date.now() + day).toISOString();
    const usage = await client.usage({ customerId, featureId: MESSAGES, bucket: 'DAY', from, to });
    expect(usage?.map((point) => point.usage).toSorted()).toEqual(['0', '0', '3']);
    const ofNobody = { customerId: 'nobody', featureId: MESSAGES, bucket: 'DAY', from, to } as const;
    expect(await client.usage(ofNobody)).toBeNull();
    const ofNothing = client.usage({ ...ofNobody, customerId, featureId: 'nothing' });
    await expect(ofNothing).rejects.toMatchObject({ code: 'FEATURE_NOT_FOUND', retryable: false });
  });
});
