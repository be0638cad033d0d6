import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientShop, expectNamed, openClientShop } from '../../support/shop/app-server.ts';
import { answerPage, MESSAGES, untilStatus, wanting } from '../../support/shop.ts';

describe('purchases of the server client', () => {
  let shop: ClientShop;

  beforeAll(async () => {
    shop = await openClientShop();
  });
  afterAll(() => shop.close());

  it('say before what they would cost and grant', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    const preview = await client.previewAttach({ customerId, planId: 'top_up', featureQuantities: wanting('150') });
    expect(expectNamed(preview, 'AttachPreview')).toMatchObject({
      checkoutRequired: true,
      total: { amount: '20', currency: 'usd' },
      lines: [{ quantity: '200', amount: { amount: '20' } }],
      grants: [{ feature: { id: MESSAGES }, quantity: '200' }],
    });
    expect(await client.purchases({ customerId })).toMatchObject({ items: [{ plan: { id: 'free' } }] });
  });

  it('refuse in a preview with values', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    const nameOf = async (change: object) =>
      (await client.previewAttach({ customerId, planId: 'top_up', featureQuantities: wanting('100'), ...change })).__typename;
    expect(await nameOf({ customerId: 'nobody' })).toBe('CustomerNotFoundError');
    expect(await nameOf({ planId: 'nothing' })).toBe('PlanNotFoundError');
    expect(await nameOf({ featureQuantities: wanting('-1') })).toBe('InvalidInputError');
    expect(await nameOf({ featureQuantities: [{ featureId: MESSAGES, quantity: Number.NaN }] })).toBe('InvalidInputError');
  });

  it('are read, followed to their payment, and canceled once', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    const attached = await client.attach({ customerId, planId: 'top_up', featureQuantities: wanting('100') });
    const { purchase, checkoutUrl } = expectNamed(attached, 'AttachPlanSuccess');
    expect(await client.purchase(purchase.id)).toMatchObject({ status: 'PENDING', total: { amount: '10' } });
    await answerPage(checkoutUrl ?? '');
    await untilStatus(shop, purchase.id, 'ACTIVE');
    const active = await client.purchases({ customerId, statuses: ['ACTIVE', 'PAST_DUE'], first: 1 });
    expect(active).toMatchObject({ items: [{ id: purchase.id }], next: expect.any(String) });
    const unpaid = await client.cancelPurchase({ purchaseId: purchase.id, when: 'NOW', ifStatus: 'PENDING' });
    expect(unpaid.__typename).toBe('InvalidInputError');
    const cancel = () => client.cancelPurchase({ purchaseId: purchase.id, when: 'NOW' });
    for (const answer of [await cancel(), await cancel()]) {
      expect(expectNamed(answer, 'CancelPurchaseSuccess')).toMatchObject({ outcome: 'ENDED', purchase: { status: 'CANCELED' } });
    }
    expect(await client.purchase('none')).toBeNull();
    expect(await client.purchases({ customerId: 'nobody' })).toBeNull();
    expect((await client.cancelPurchase({ purchaseId: 'none', when: 'NOW' })).__typename).toBe('PurchaseNotFoundError');
  });

  it('are of plans, which are read, too', async () => {
    const client = await shop.connect();
    expect((await client.plans()).map(({ id }) => id)).toEqual(['free', 'top_up']);
    expect(await client.plan('top_up')).toMatchObject({ addOn: true, items: [{ price: { billingUnits: '100' } }] });
    expect(await client.plan('nothing')).toBeNull();
  });
});
