import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_KEY } from '../../support/brim.ts';
import { type ClientShop, expectNamed, openClientShop } from '../../support/shop/app-server.ts';
import { balanceOf, MESSAGES } from '../../support/shop.ts';
import { openStandIn, passOn } from './stand-in.ts';

describe('grants of the server client', () => {
  let shop: ClientShop;

  beforeAll(async () => {
    shop = await openClientShop();
  });
  afterAll(() => shop.close());

  it('give an amount with an end, and end it early', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    const given = await client.grantBalance({
      customerId,
      featureId: MESSAGES,
      amount: 15,
      expiresAt: '2100-01-01T00:00:00.000Z',
      reason: 'a present',
    });
    const { grant, balance } = expectNamed(given, 'GrantBalanceSuccess');
    expect(grant).toMatchObject({ origin: 'MANUAL', granted: '15', remaining: '15', expiresAt: '2100-01-01T00:00:00.000Z' });
    expect(balance.remaining).toBe('25');
    const ended = expectNamed(await client.voidGrant({ grantId: grant.id, reason: 'taken back' }), 'VoidGrantSuccess');
    expect(ended).toMatchObject({ balance: { remaining: '10' }, entry: { kind: 'VOID', reason: 'taken back' } });
    expect(ended.grant.endedAt).toEqual(expect.any(String));
    expect((await client.voidGrant({ grantId: grant.id })).__typename).toBe('VoidGrantSuccess');
    expect((await client.voidGrant({ grantId: 'none' })).__typename).toBe('GrantNotFoundError');
  });

  it('are given once where an answer was lost', async () => {
    const customerId = await shop.newCustomer();
    const { url } = await openStandIn(async (body, turn) => {
      const reply = await passOn(shop.url, body, TEST_KEY);
      return turn === 1 ? 'cut' : reply;
    });
    const client = await shop.connect({ url });
    expect((await client.grantBalance({ customerId, featureId: MESSAGES, amount: 5 })).__typename).toBe('GrantBalanceSuccess');
    expect((await balanceOf(shop, customerId)).remaining).toBe('15');
  });

  it('are refused as values', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    const give = (change: object) => client.grantBalance({ customerId, featureId: MESSAGES, amount: 1, ...change });
    expect((await give({ customerId: 'nobody' })).__typename).toBe('CustomerNotFoundError');
    expect((await give({ featureId: 'nothing' })).__typename).toBe('FeatureNotFoundError');
    expect(expectNamed(await give({ amount: 0 }), 'InvalidInputError').issues).toMatchObject([{ path: ['amount'] }]);
    expect(expectNamed(await give({ amount: Number.NaN }), 'InvalidInputError').issues).toMatchObject([{ path: ['amount'] }]);
  });
});
