/** A year of renewals: paid, failed, canceled, resumed, and changed at Stripe's side. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import {
  advanceClock,
  attach,
  balanceOf,
  cancelPurchase,
  createCustomer,
  findRecurring,
  MESSAGES,
  monthly,
  openShop,
  pay,
  resumePurchase,
  sandboxOf,
  track,
  untilStatus,
  wanting,
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

async function bought(customerId: string, planId: string, quantity?: string) {
  await createCustomer(brim, customerId);
  const { purchase, checkoutUrl } = await attach(brim, {
    ...{ customerId, planId },
    ...(quantity ? { featureQuantities: wanting(quantity) } : {}),
  });
  await pay(checkoutUrl);
  await untilStatus(brim, purchase.id, 'ACTIVE');
  const { subscriptionId } = (await brim.app.domain.purchases.find(purchase.id)) ?? {};
  return { purchaseId: String(purchase.id), subscriptionId: String(subscriptionId) };
}

/** Moves both clocks past the period, and the hour for which Stripe holds an invoice. */
async function passPeriod(purchaseId: string) {
  const { currentPeriodEnd } = await findRecurring(brim, purchaseId);
  const to = new Date(Date.parse(currentPeriodEnd) + HOURS_3);
  await sandboxOf(brim).clock.advance(to);
  await advanceClock(brim, { to: to.toISOString() });
}

const until = (purchaseId: string, wanted: object) =>
  vi.waitFor(async () => expect(await findRecurring(brim, purchaseId)).toMatchObject(wanted), {
    timeout: patience(10_000),
    interval: 50,
  });

describe('renewals', () => {
  test('give each period once; a failed one gives nothing until it is paid', async () => {
    const { purchaseId, subscriptionId } = await bought('ada', 'pro');
    await track(brim, { customerId: 'ada', value: '120' });
    const first = await findRecurring(brim, purchaseId);
    await passPeriod(purchaseId);
    await until(purchaseId, { currentPeriodStart: first.currentPeriodEnd, status: 'ACTIVE' });
    expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '500' });

    await track(brim, { customerId: 'ada', value: '40' });
    await sandboxOf(brim).subscriptions.failNext(subscriptionId);
    await passPeriod(purchaseId);
    await until(purchaseId, {
      status: 'PAST_DUE',
      payments: [{ status: 'FAILED', amount: { amount: '20' }, invoiceUrl: expect.any(String) }, {}, {}],
    });
    expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '460' });
    const { now } = { now: sandboxOf(brim).clock.now() };
    await sandboxOf(brim).clock.advance(new Date(now.getTime() + 2 * 86_400_000));
    await until(purchaseId, { status: 'ACTIVE' });
    expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '500' });
    const { payments } = await findRecurring(brim, purchaseId);
    expect(payments).toHaveLength(3);
  });

  test('end with the period once that is asked, unless it is taken back', async () => {
    const { purchaseId } = await bought('bob', 'extra', '300');
    expect(await cancelPurchase(brim, purchaseId, 'PERIOD_END')).toMatchObject({ outcome: 'SCHEDULED' });
    expect(await resumePurchase(brim, purchaseId)).toMatchObject({ purchase: { cancelAtPeriodEnd: false, endsAt: null } });
    expect(await resumePurchase(brim, purchaseId)).toMatchObject({ issues: [{ path: ['purchaseId'] }] });
    await cancelPurchase(brim, purchaseId, 'PERIOD_END');
    expect(await balanceOf(brim, 'bob')).toMatchObject({ remaining: '310' });
    await passPeriod(purchaseId);
    await until(purchaseId, { status: 'CANCELED', payments: [{ status: 'SUCCEEDED' }] });
    expect(await balanceOf(brim, 'bob')).toMatchObject({ remaining: '10' });
  });

  test('end at once where the app cancels, and where Stripe does', async () => {
    const { purchaseId } = await bought('cy', 'pro');
    expect(await cancelPurchase(brim, purchaseId, 'NOW')).toMatchObject({ outcome: 'ENDED', purchase: { status: 'CANCELED' } });
    expect(await balanceOf(brim, 'cy')).toMatchObject({ remaining: '10' });

    const other = await bought('di', 'pro');
    await sandboxOf(brim).subscriptions.cancel(other.subscriptionId);
    await until(other.purchaseId, { status: 'CANCELED' });
    expect(await balanceOf(brim, 'di')).toMatchObject({ remaining: '10' });
  });

  test('give what a quantity that was changed at Stripe sells, from the next period on', async () => {
    const { purchaseId, subscriptionId } = await bought('ed', 'extra', '300');
    await sandboxOf(brim).subscriptions.changeQuantity(subscriptionId, 5);
    expect(await balanceOf(brim, 'ed')).toMatchObject({ remaining: '310' });
    const first = await findRecurring(brim, purchaseId);
    await passPeriod(purchaseId);
    await until(purchaseId, { currentPeriodStart: first.currentPeriodEnd });
    expect(await balanceOf(brim, 'ed')).toMatchObject({ remaining: '510' });
  });
});
