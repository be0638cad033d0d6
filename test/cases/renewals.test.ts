/** A year of renewals: paid, failed, canceled, resumed, and changed at Stripe's side. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStripe } from '../../src/stripe/client.ts';
import type { TestBrim } from '../support/brim.ts';
import { ACCOUNT_KEY } from '../support/shop/stripe-account.ts';
import {
  attach,
  balanceOf,
  buyRecurring,
  cancelPurchase,
  findRecurring,
  MESSAGES,
  monthly,
  moveClocks,
  openShop,
  resumePurchase,
  sandboxOf,
  track,
  untilRecurring,
} from '../support/shop.ts';

const HOURS_3 = 3 * 3_600_000;

let brim: TestBrim;
beforeAll(async () => {
  brim = await openShop({
    config: { testClocks: true },
    catalogue: {
      features: [{ id: MESSAGES, name: 'Premium messages', type: 'METERED' }],
      plans: [
        { id: 'free', autoEnable: true, items: [{ featureId: MESSAGES, included: '10' }] },
        {
          id: 'pro',
          price: { amount: { amount: '20', currency: 'usd' }, interval: { unit: 'MONTH', count: 1 } },
          items: [{ featureId: MESSAGES, included: '500' }],
        },
        { id: 'extra', addOn: true, items: [{ featureId: MESSAGES, price: monthly('8') }] },
      ],
    },
  });
});
afterAll(() => brim.close());

/** Moves both clocks past the period, and the hour for which Stripe holds an invoice. */
async function passPeriod(purchaseId: string) {
  const { currentPeriodEnd } = await findRecurring(brim, purchaseId);
  await moveClocks(brim, new Date(Date.parse(currentPeriodEnd) + HOURS_3));
}

describe('renewals', () => {
  test('give each period once; a failed one gives nothing until it is paid', async () => {
    const { purchaseId, subscriptionId } = await buyRecurring(brim, 'ada', 'pro');
    await track(brim, { customerId: 'ada', value: '120' });
    const first = await findRecurring(brim, purchaseId);
    await passPeriod(purchaseId);
    await untilRecurring(brim, purchaseId, { currentPeriodStart: first.currentPeriodEnd, status: 'ACTIVE' });
    expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '500' });

    await track(brim, { customerId: 'ada', value: '40' });
    await sandboxOf(brim).subscriptions.failNext(subscriptionId);
    await passPeriod(purchaseId);
    await untilRecurring(brim, purchaseId, {
      status: 'PAST_DUE',
      payments: [{ status: 'FAILED', amount: { amount: '20' }, invoiceUrl: expect.any(String) }, {}, {}],
    });
    expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '460' });
    await sandboxOf(brim).clock.advance(new Date(sandboxOf(brim).clock.now().getTime() + 2 * 86_400_000));
    await untilRecurring(brim, purchaseId, { status: 'ACTIVE' });
    expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '500' });
    const { payments } = await findRecurring(brim, purchaseId);
    expect(payments).toHaveLength(3);
  });

  test('end with the period once that is asked, unless it is taken back', async () => {
    const { purchaseId } = await buyRecurring(brim, 'bob', 'extra', '300');
    expect(await cancelPurchase(brim, purchaseId, 'PERIOD_END')).toMatchObject({ outcome: 'SCHEDULED' });
    expect(await resumePurchase(brim, purchaseId)).toMatchObject({ purchase: { cancelAtPeriodEnd: false, endsAt: null } });
    expect(await resumePurchase(brim, purchaseId)).toMatchObject({ issues: [{ path: ['purchaseId'] }] });
    await cancelPurchase(brim, purchaseId, 'PERIOD_END');
    expect(await balanceOf(brim, 'bob')).toMatchObject({ remaining: '310' });
    await passPeriod(purchaseId);
    await untilRecurring(brim, purchaseId, { status: 'CANCELED', payments: [{ status: 'SUCCEEDED' }] });
    expect(await balanceOf(brim, 'bob')).toMatchObject({ remaining: '10' });
  });

  test('end at once where the app cancels, and where Stripe does', async () => {
    const { purchaseId } = await buyRecurring(brim, 'cy', 'pro');
    expect(await cancelPurchase(brim, purchaseId, 'NOW')).toMatchObject({ outcome: 'ENDED', purchase: { status: 'CANCELED' } });
    expect(await balanceOf(brim, 'cy')).toMatchObject({ remaining: '10' });

    const other = await buyRecurring(brim, 'di', 'pro');
    await sandboxOf(brim).subscriptions.cancel(other.subscriptionId);
    await untilRecurring(brim, other.purchaseId, { status: 'CANCELED' });
    expect(await balanceOf(brim, 'di')).toMatchObject({ remaining: '10' });
  });

  test('are not charged any more once another plan has taken the place', async () => {
    const { purchaseId, subscriptionId } = await buyRecurring(brim, 'fay', 'pro');
    await attach(brim, { customerId: 'fay', planId: 'free' });
    expect(await findRecurring(brim, purchaseId)).toMatchObject({ status: 'CANCELED' });
    await brim.app.domain.purchases.reconcileDue();
    const stripe = openStripe({ secretKey: ACCOUNT_KEY, apiUrl: `${brim.url}/sandbox/stripe` });
    await expect.poll(async () => (await stripe.subscriptions.retrieve(subscriptionId)).status).toBe('canceled');
  });

  test('give what a quantity that was changed at Stripe sells, from the next period on', async () => {
    const { purchaseId, subscriptionId } = await buyRecurring(brim, 'ed', 'extra', '300');
    await sandboxOf(brim).subscriptions.changeQuantity(subscriptionId, 5);
    expect(await balanceOf(brim, 'ed')).toMatchObject({ remaining: '310' });
    const first = await findRecurring(brim, purchaseId);
    await passPeriod(purchaseId);
    await untilRecurring(brim, purchaseId, { currentPeriodStart: first.currentPeriodEnd });
    expect(await balanceOf(brim, 'ed')).toMatchObject({ remaining: '510' });
  });
});
