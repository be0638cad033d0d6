import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { subscribe, type TestBrim, take } from '../support/brim.ts';
import { answerPage, attach, balanceOf, createCustomer, MESSAGES, openShop, track } from '../support/shop.ts';

const CHANGES = `subscription ($after: SafeInt) { balanceChanged(after: $after) {
  cause sequence balance { remaining version } entry { kind amount purchase { id status } }
} }`;

describe('a top-up, end to end', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openShop();
  });
  afterAll(() => brim.close());

  it('goes from ten free messages to a bought balance that moves live', async () => {
    await createCustomer(brim, 'user_123');
    expect(await balanceOf(brim, 'user_123')).toMatchObject({ remaining: '10', version: 1 });

    const { token } = (
      await brim.data(
        `mutation { createCustomerToken(input: { customerId: "user_123", attachablePlanIds: ["top_up"] }) { ... on CreateCustomerTokenSuccess { token } } }`,
      )
    ).createCustomerToken;
    const page = subscribe(brim.socket(token), CHANGES);
    const [first] = await take(page, 1);
    expect(first.balanceChanged).toEqual({
      cause: 'SNAPSHOT',
      sequence: 1,
      balance: { remaining: '10', version: 1 },
      entry: null,
    });

    expect(await track(brim, { customerId: 'user_123', value: '5' })).toMatchObject({
      applied: '5',
      balance: { remaining: '5', version: 2 },
    });
    const [used] = await take(page, 1);
    expect(used.balanceChanged).toMatchObject({
      cause: 'LEDGER',
      sequence: 2,
      balance: { remaining: '5' },
      entry: { kind: 'USAGE', amount: '-5' },
    });

    const { check } = await brim.data(
      `query { check(input: { customerId: "user_123", featureId: "${MESSAGES}", required: 6 }) { allowed shortfall offers { plan { id } quantity price { amount currency } } } }`,
    );
    expect(check).toEqual({
      allowed: false,
      shortfall: '1',
      offers: [{ plan: { id: 'top_up' }, quantity: '100', price: { amount: '10', currency: 'usd' } }],
    });

    const { checkoutUrl, purchase } = await attach(
      brim,
      { planId: 'top_up', featureQuantities: [{ featureId: MESSAGES, quantity: '200' }] },
      token,
    );
    expect(purchase).toMatchObject({ status: 'PENDING', total: { amount: '20', currency: 'usd' } });
    expect((await answerPage(checkoutUrl)).status).toBe(303);

    const [bought] = await take(page, 1);
    expect(bought.balanceChanged).toEqual({
      cause: 'LEDGER',
      sequence: 3,
      balance: { remaining: '205', version: 3 },
      entry: { kind: 'GRANT', amount: '200', purchase: { id: purchase.id, status: 'ACTIVE' } },
    });
    await page.return();

    // Reconnecting with `after` misses nothing and repeats nothing.
    const resumed = subscribe(brim.socket(token), CHANGES, { after: 1 });
    expect((await take(resumed, 2)).map(({ balanceChanged }) => balanceChanged.sequence)).toEqual([2, 3]);
    await track(brim, { customerId: 'user_123' });
    expect((await take(resumed, 1))[0].balanceChanged).toMatchObject({ sequence: 4, balance: { remaining: '204' } });
    await resumed.return();
    await vi.waitFor(() => expect(brim.app.domain.feed.subscribers).toBe(0));
  });
});
