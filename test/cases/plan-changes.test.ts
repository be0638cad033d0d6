/** A recurring base plan replaces another one: a dearer one at once, a cheaper one later. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import {
  attach,
  balanceOf,
  buyRecurring,
  cancelPurchase,
  findRecurring,
  MESSAGES,
  moveClocks,
  openShop,
  pay,
  plansOf,
  sandboxOf,
  track,
  untilRecurring,
  untilStatus,
} from '../support/shop.ts';

const DAY_MS = 86_400_000;
const each = (amount: string) => ({ amount: { amount, currency: 'usd' }, interval: { unit: 'MONTH', count: 1 } });

let brim: TestBrim;
beforeAll(async () => {
  brim = await openShop({
    config: { testClocks: true },
    catalogue: {
      features: [{ id: MESSAGES, name: 'Premium messages', type: 'METERED' }],
      plans: [
        { id: 'pro', price: each('20'), items: [{ featureId: MESSAGES, included: '500' }] },
        { id: 'team', price: each('60'), items: [{ featureId: MESSAGES, included: '2000' }] },
      ],
    },
  });
});
afterAll(() => brim.close());

describe('a recurring base plan', () => {
  test('that costs more begins at once, and what is left of the old period is credited', async () => {
    const { purchaseId } = await buyRecurring(brim, 'ada', 'pro');
    await track(brim, { customerId: 'ada', value: '100' });
    await moveClocks(brim, new Date(sandboxOf(brim).clock.now().getTime() + 10 * DAY_MS));
    const { previewAttach } = await brim.data(
      `{ previewAttach(input: { customerId: "ada", planId: "team" }) {
        dueNow { amount } nextPayment { amount { amount } at }
      } }`,
    );
    expect(previewAttach).toMatchObject({ nextPayment: { amount: { amount: '60' } } });
    const { purchase, checkoutUrl } = await attach(brim, { customerId: 'ada', planId: 'team' });
    expect({ status: purchase.status, checkoutUrl }).toEqual({ status: 'ACTIVE', checkoutUrl: null });
    expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '2000' });
    expect(await findRecurring(brim, purchaseId)).toMatchObject({ status: 'CANCELED' });
    const team = await findRecurring(brim, purchase.id);
    // About two thirds of the 20 for the old period are left.
    expect(Number(team.charged.amount)).toBeGreaterThan(45);
    expect(Number(team.charged.amount)).toBeLessThan(49);
    expect(Math.abs(Number(previewAttach.dueNow.amount) - Number(team.charged.amount))).toBeLessThan(0.02);
    expect(await attach(brim, { customerId: 'ada', planId: 'team' })).toMatchObject({ __typename: 'PlanAlreadyAttachedError' });
    expect(await plansOf(brim, 'ada')).toEqual(['team ACTIVE', 'pro CANCELED']);
  });

  test('that costs less begins with the next period, or not at all where that is canceled', async () => {
    const { purchaseId } = await buyRecurring(brim, 'bob', 'team');
    const { purchase, checkoutUrl } = await attach(brim, { customerId: 'bob', planId: 'pro' });
    expect({ status: purchase.status, checkoutUrl }).toEqual({ status: 'PENDING', checkoutUrl: null });
    expect((await cancelPurchase(brim, purchase.id)).purchase.status).toBe('CANCELED');
    expect(await findRecurring(brim, purchaseId)).toMatchObject({ status: 'ACTIVE' });

    const again = await attach(brim, { customerId: 'bob', planId: 'pro' });
    expect(again).toMatchObject({ __typename: 'AttachPlanSuccess', checkoutUrl: null, purchase: { status: 'PENDING' } });
    expect(await balanceOf(brim, 'bob')).toMatchObject({ remaining: '2000' });
    const { currentPeriodEnd } = await findRecurring(brim, purchaseId);
    await moveClocks(brim, new Date(Date.parse(currentPeriodEnd) + DAY_MS / 8));
    await untilRecurring(brim, again.purchase.id, {
      status: 'ACTIVE',
      charged: { amount: '20' },
      currentPeriodStart: currentPeriodEnd,
    });
    expect(await balanceOf(brim, 'bob')).toMatchObject({ remaining: '500' });
    expect(await findRecurring(brim, purchaseId)).toMatchObject({ status: 'CANCELED' });
  });

  test('that is declined changes nothing, and can be paid on a page', async () => {
    const { purchaseId, subscriptionId } = await buyRecurring(brim, 'cy', 'pro');
    await sandboxOf(brim).subscriptions.failNext(subscriptionId);
    const declined = await attach(brim, { customerId: 'cy', planId: 'team' });
    expect(declined).toMatchObject({ __typename: 'PaymentFailedError', purchase: { status: 'PENDING' } });
    expect(await balanceOf(brim, 'cy')).toMatchObject({ remaining: '500' });
    expect(await findRecurring(brim, purchaseId)).toMatchObject({ status: 'ACTIVE' });
    const { purchase, checkoutUrl } = await attach(brim, { customerId: 'cy', planId: 'team', checkout: 'ALWAYS' });
    await pay(checkoutUrl);
    await untilStatus(brim, purchase.id, 'ACTIVE');
    expect(await balanceOf(brim, 'cy')).toMatchObject({ remaining: '2000' });
    expect(await findRecurring(brim, purchaseId)).toMatchObject({ status: 'CANCELED' });
  });
});
