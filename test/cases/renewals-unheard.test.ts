/** Renewals of which no event ever comes: the reconciler finds them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import {
  attach,
  balanceOf,
  createCustomer,
  findRecurring,
  MESSAGES,
  monthly,
  moveClocks,
  openShop,
  pay,
  wanting,
} from '../support/shop.ts';

let brim: TestBrim;
beforeAll(async () => {
  brim = await openShop({
    config: { testClocks: true },
    sandboxDelivery: 'held',
    catalogue: {
      features: [{ id: MESSAGES, name: 'Premium messages', type: 'METERED' }],
      plans: [{ id: 'extra', addOn: true, items: [{ featureId: MESSAGES, price: monthly('8') }] }],
    },
  });
});
afterAll(() => brim.close());

test('a purchase and its renewal are found although every event is lost', async () => {
  const { purchases } = brim.app.domain;
  await createCustomer(brim, 'ada');
  const { purchase, checkoutUrl } = await attach(brim, {
    ...{ customerId: 'ada', planId: 'extra', featureQuantities: wanting('300') },
  });
  await pay(checkoutUrl);
  expect(await purchases.reconcile(purchase.id)).toMatchObject({ status: 'ACTIVE' });
  expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '300' });
  const first = await findRecurring(brim, purchase.id);

  await moveClocks(brim, new Date(Date.parse(first.currentPeriodEnd) + 3 * 3_600_000));
  // The reconciler of the app may have been faster.
  await purchases.reconcileDue();
  await expect.poll(async () => (await findRecurring(brim, purchase.id)).currentPeriodStart).toBe(first.currentPeriodEnd);
  expect((await findRecurring(brim, purchase.id)).payments).toHaveLength(2);
});

test('what is found by several callers at once is given once', async () => {
  const { purchases } = brim.app.domain;
  await createCustomer(brim, 'bob');
  const { purchase, checkoutUrl } = await attach(brim, {
    ...{ customerId: 'bob', planId: 'extra', featureQuantities: wanting('100') },
  });
  await pay(checkoutUrl);
  await Promise.all([purchases.reconcile(purchase.id), purchases.reconcile(purchase.id), purchases.reconcileDue()]);
  const found = await purchases.find(purchase.id);
  const hint = { subscriptionId: String(found?.subscriptionId), purchaseId: purchase.id, installationId: null };
  await Promise.all([purchases.reconcileSubscription(hint), purchases.reconcileSubscription(hint)]);
  expect(await balanceOf(brim, 'bob')).toMatchObject({ remaining: '100' });
  expect((await findRecurring(brim, purchase.id)).payments).toHaveLength(1);
});
