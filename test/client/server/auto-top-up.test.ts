import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientShop, expectNamed, openClientShop } from '../../support/shop/app-server.ts';
import { MESSAGES } from '../../support/shop.ts';

describe('auto top-ups of the server client', () => {
  let shop: ClientShop;
  beforeAll(async () => {
    shop = await openClientShop();
  });
  afterAll(() => shop.close());

  it('are set, read and switched off, and a refusal is a value', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    const input = { customerId, featureId: MESSAGES, planId: 'top_up', threshold: 2, quantity: 100 };
    expect(await client.autoTopUps(customerId)).toEqual([]);
    const { autoTopUp } = expectNamed(await client.setAutoTopUp(input), 'SetAutoTopUpSuccess');
    expect(autoTopUp).toMatchObject({ status: 'IDLE', threshold: '2', maxPerMonth: { amount: '50', currency: 'usd' } });
    expect(await client.autoTopUps(customerId)).toEqual([autoTopUp]);
    expectNamed(await client.setAutoTopUp({ ...input, enabled: false }), 'SetAutoTopUpSuccess');
    expect(await client.autoTopUps(customerId)).toMatchObject([{ status: 'DISABLED' }]);
    expect(await client.autoTopUps('nobody')).toBeNull();
    const odd = expectNamed(await client.setAutoTopUp({ ...input, quantity: 55 }), 'InvalidInputError');
    expect(odd.issues).toMatchObject([{ path: ['quantity'] }]);
  });
});
