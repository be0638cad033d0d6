import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_KEY } from '../../support/brim.ts';
import { type ClientShop, expectNamed, openClientShop } from '../../support/shop/app-server.ts';
import { balanceOf, MESSAGES } from '../../support/shop.ts';
import { openStandIn, passOn } from './stand-in.ts';

describe('corrections of the server client', () => {
  let shop: ClientShop;

  beforeAll(async () => {
    shop = await openClientShop();
  });
  afterAll(() => shop.close());

  it('give a use back, in part and then all that is left of it', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    const tracked = expectNamed(await client.track({ customerId, featureId: MESSAGES, value: 5 }), 'TrackSuccess');
    const part = await client.reverseUsage({ entryId: tracked.entry.id, amount: 2, reason: 'a complaint' });
    expect(expectNamed(part, 'ReverseUsageSuccess')).toMatchObject({
      requested: '2',
      returned: '2',
      lost: [],
      balance: { remaining: '7', usage: '3' },
      entry: { kind: 'REVERSAL', reason: 'a complaint' },
    });
    const rest = expectNamed(await client.reverseUsage({ entryId: tracked.entry.id }), 'ReverseUsageSuccess');
    expect(rest).toMatchObject({ returned: '3', balance: { remaining: '10', usage: '0' } });
    expect((await client.reverseUsage({ entryId: 'none' })).__typename).toBe('InvalidInputError');
  });

  it('set a balance right, by an amount or to one', async () => {
    const client = await shop.connect();
    const place = { customerId: await shop.newCustomer(), featureId: MESSAGES };
    const lower = expectNamed(await client.adjustBalance({ ...place, by: -4, reason: 'a mistake' }), 'AdjustBalanceSuccess');
    expect(lower).toMatchObject({ balance: { remaining: '6', usage: '0' }, entry: { kind: 'ADJUSTMENT', reason: 'a mistake' } });
    const to = expectNamed(await client.adjustBalance({ ...place, remaining: '25' }), 'AdjustBalanceSuccess');
    expect(to.balance.remaining).toBe('25');
    expect((await client.adjustBalance({ ...place, by: 1, remaining: 1 })).__typename).toBe('InvalidInputError');
    const infinite = expectNamed(await client.adjustBalance({ ...place, by: Number.POSITIVE_INFINITY }), 'InvalidInputError');
    expect(infinite.issues).toMatchObject([{ path: ['by'] }]);
  });

  it('are done once where an answer was lost, and refuse a key with another input', async () => {
    const customerId = await shop.newCustomer();
    const { url } = await openStandIn(async (body, turn) => {
      const reply = await passOn(shop.url, body, TEST_KEY);
      return turn === 1 ? 'cut' : reply;
    });
    const client = await shop.connect({ url });
    const input = { customerId, featureId: MESSAGES, by: 3, idempotencyKey: `fix-${customerId}` };
    expect(await client.adjustBalance(input)).toMatchObject({ replayed: true, balance: { remaining: '13' } });
    expect(await client.adjustBalance({ ...input, by: 4 })).toMatchObject({
      __typename: 'IdempotencyConflictError',
      idempotencyKey: input.idempotencyKey,
    });
    expect((await balanceOf(shop, customerId)).remaining).toBe('13');
  });
});
