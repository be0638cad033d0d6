import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_KEY } from '../../support/brim.ts';
import { type ClientShop, expectNamed, openClientShop } from '../../support/shop/app-server.ts';
import { balanceOf, MESSAGES } from '../../support/shop.ts';
import { openStandIn, passOn } from './stand-in.ts';

describe('holds of the server client', () => {
  let shop: ClientShop;

  beforeAll(async () => {
    shop = await openClientShop();
  });
  afterAll(() => shop.close());

  it('are placed, and settled with what was used', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    const placed = await client.placeHold({ customerId, featureId: MESSAGES, amount: 6, expiresInSeconds: 60 });
    const { hold, balance } = expectNamed(placed, 'PlaceHoldSuccess');
    expect(hold).toMatchObject({ status: 'OPEN', amount: '6', customer: { id: customerId }, feature: { id: MESSAGES } });
    expect(balance).toMatchObject({ remaining: '4', held: '6' });
    const settled = expectNamed(await client.settleHold({ holdId: hold.id, amount: 2 }), 'SettleHoldSuccess');
    expect(settled).toMatchObject({
      applied: '2',
      shortfall: '0',
      balance: { remaining: '8', held: '0' },
      entry: { kind: 'SETTLE' },
    });
    expect(await client.hold(hold.id)).toMatchObject({ status: 'SETTLED', settledAmount: '2' });
    expect(await client.holds({ customerId, statuses: ['SETTLED'] })).toMatchObject({ items: [{ id: hold.id }], next: null });
    expect(await client.holds({ customerId, statuses: ['OPEN', 'EXPIRED'] })).toEqual({ items: [], next: null });
    expect(await client.holds({ customerId: 'nobody' })).toBeNull();
    const again = expectNamed(await client.settleHold({ holdId: hold.id, amount: 2 }), 'HoldNotOpenError');
    expect(again.hold).toMatchObject({ id: hold.id, status: 'SETTLED', settledAmount: '2' });
  });

  it('are released, and give all of it back', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    const { hold } = expectNamed(await client.placeHold({ customerId, featureId: MESSAGES, amount: '6' }), 'PlaceHoldSuccess');
    const released = expectNamed(await client.releaseHold({ holdId: hold.id }), 'ReleaseHoldSuccess');
    expect(released).toMatchObject({ hold: { status: 'RELEASED' }, balance: { remaining: '10', held: '0' } });
    expect(expectNamed(await client.releaseHold({ holdId: hold.id }), 'HoldNotOpenError').hold.status).toBe('RELEASED');
  });

  it('are placed once where an answer was lost', async () => {
    const customerId = await shop.newCustomer();
    const { url, inputs } = await openStandIn(async (body, turn) => {
      const reply = await passOn(shop.url, body, TEST_KEY);
      return turn === 1 ? 'cut' : reply;
    });
    const client = await shop.connect({ url });
    const placed = await client.placeHold({ customerId, featureId: MESSAGES, amount: 3 });
    expect(placed).toMatchObject({ __typename: 'PlaceHoldSuccess', replayed: true });
    expect(inputs[1]).toEqual(inputs[0]);
    expect(await balanceOf(shop, customerId)).toMatchObject({ remaining: '7', held: '3' });
  });

  it('are refused with what remains and what could be bought', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    const refused = await client.placeHold({ customerId, featureId: MESSAGES, amount: 11 });
    expect(expectNamed(refused, 'InsufficientBalanceError')).toMatchObject({
      required: '11',
      remaining: '10',
      offers: [{ plan: { id: 'top_up' }, quantity: '100', price: { amount: '10' } }],
    });
    const unknown = { customerId, featureId: MESSAGES, amount: 1 };
    expect((await client.placeHold({ ...unknown, customerId: 'nobody' })).__typename).toBe('CustomerNotFoundError');
    expect((await client.placeHold({ ...unknown, featureId: 'nothing' })).__typename).toBe('FeatureNotFoundError');
    expect((await client.settleHold({ holdId: 'none', amount: 1 })).__typename).toBe('HoldNotFoundError');
    expect((await client.releaseHold({ holdId: 'none' })).__typename).toBe('HoldNotFoundError');
    expect(await client.hold('none')).toBeNull();
  });

  it('take numbers as JavaScript computes them, and refuse those that JSON cannot carry', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    const placed = await client.placeHold({ customerId, featureId: MESSAGES, amount: 0.1 + 0.2 });
    const { hold } = expectNamed(placed, 'PlaceHoldSuccess');
    expect(hold.amount).toBe('0.3');
    const refused = expectNamed(await client.settleHold({ holdId: hold.id, amount: Number.NaN }), 'InvalidInputError');
    expect(refused.issues).toMatchObject([{ path: ['amount'] }]);
    expect(await client.hold(hold.id)).toMatchObject({ status: 'OPEN' });
  });
});
