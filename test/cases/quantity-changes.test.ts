/** Another quantity of what recurs: more at once, less later, and never two subscriptions. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
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
  pay,
  plansOf,
  prepaid,
  resumePurchase,
  sandboxOf,
  track,
  untilRecurring,
  untilStatus,
  wanting,
} from '../support/shop.ts';

const DAY_MS = 86_400_000;

let brim: TestBrim;
beforeAll(async () => {
  brim = await openShop({
    config: { testClocks: true },
    catalogue: {
      features: [{ id: MESSAGES, name: 'Premium messages', type: 'METERED' }, 'images'],
      plans: [
        { id: 'pack', addOn: true, items: [{ featureId: MESSAGES, price: monthly('10') }] },
        {
          id: 'kept',
          addOn: true,
          items: [
            { featureId: MESSAGES, price: monthly('10'), rollover: { max: '50' } },
            { featureId: 'images', included: '10', reset: { unit: 'MONTH', count: 1 } },
          ],
        },
        {
          id: 'team',
          price: { amount: { amount: '20', currency: 'usd' }, interval: { unit: 'MONTH', count: 1 } },
          items: [
            { featureId: MESSAGES, included: '100', price: monthly('10') },
            { featureId: 'images', price: prepaid('5') },
          ],
        },
        { id: 'once', addOn: true, items: [{ featureId: MESSAGES, price: prepaid('10') }] },
      ],
    },
  });
});
afterAll(() => brim.close());

const want = (customerId: string, quantity: string, more: object = {}) =>
  attach(brim, { customerId, planId: 'pack', featureQuantities: wanting(quantity), ...more });

async function preview(customerId: string, quantity: string) {
  const { previewAttach } = await brim.data(
    `query ($input: PreviewAttachInput!) { previewAttach(input: $input) {
      dueNow { amount } nextPayment { amount { amount } at } checkoutRequired
    } }`,
    { input: { customerId, planId: 'pack', featureQuantities: wanting(quantity) } },
  );
  return previewAttach;
}

const subscriptionOf = async (id: string) => (await brim.app.domain.purchases.find(id))?.subscriptionId;

/** The end of the paid period, and a little more. */
async function toNextPeriod(purchaseId: string): Promise<string> {
  const { currentPeriodEnd } = await findRecurring(brim, purchaseId);
  await moveClocks(brim, new Date(Date.parse(currentPeriodEnd) + DAY_MS / 8));
  return currentPeriodEnd;
}

describe('more of an add-on that recurs', () => {
  test('begins at once in the same subscription, and what was used stays used', async () => {
    const { purchaseId, subscriptionId } = await buyRecurring(brim, 'ada', 'pack', '100');
    await track(brim, { customerId: 'ada', value: '40' });
    const before = await preview('ada', '300');
    expect(before).toMatchObject({ nextPayment: { amount: { amount: '30' } }, checkoutRequired: false });
    expect(Math.abs(Number(before.dueNow.amount) - 20)).toBeLessThan(0.02);

    const [first, again] = await Promise.all([
      want('ada', '300', { idempotencyKey: 'more' }),
      want('ada', '300', { idempotencyKey: 'more' }),
    ]);
    expect(first).toMatchObject({ __typename: 'AttachPlanSuccess', checkoutUrl: null, purchase: { status: 'ACTIVE' } });
    expect(again.purchase.id).toBe(first.purchase.id);
    expect(await subscriptionOf(first.purchase.id)).toBe(subscriptionId);
    expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '260' });
    expect(await findRecurring(brim, purchaseId)).toMatchObject({ status: 'CANCELED' });
    expect(await plansOf(brim, 'ada')).toEqual(['pack ACTIVE', 'pack CANCELED']);

    const same = await want('ada', '300');
    expect(same).toMatchObject({ __typename: 'PlanAlreadyAttachedError', purchase: { id: first.purchase.id } });
    expect(await attach(brim, { customerId: 'ada', planId: 'pack' })).toMatchObject({ __typename: 'PlanAlreadyAttachedError' });

    expect((await cancelPurchase(brim, first.purchase.id, 'PERIOD_END')).purchase.status).toBe('ACTIVE');
    expect((await resumePurchase(brim, first.purchase.id)).purchase).toMatchObject({ cancelAtPeriodEnd: false });
    const start = await toNextPeriod(first.purchase.id);
    await untilRecurring(brim, first.purchase.id, { status: 'ACTIVE', currentPeriodStart: start });
    expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '300' });
  });

  test('gives again of the use that was credited only what was not credited', async () => {
    const { purchaseId } = await buyRecurring(brim, 'bea', 'pack', '100');
    await track(brim, { customerId: 'bea', value: '100' });
    const { currentPeriodStart, currentPeriodEnd } = await findRecurring(brim, purchaseId);
    const half = (Date.parse(currentPeriodStart) + Date.parse(currentPeriodEnd)) / 2;
    await moveClocks(brim, new Date(half));
    const { purchase } = await want('bea', '200');
    // Half of the first 100 is paid for, and the other half was credited and used.
    expect(Math.abs(Number((await findRecurring(brim, purchase.id)).charged.amount) - 15)).toBeLessThan(0.1);
    const { remaining } = await balanceOf(brim, 'bea');
    expect(Math.abs(Number(remaining) - 150)).toBeLessThanOrEqual(1);
  });

  test('makes one subscription, however many want it at once', async () => {
    const { subscriptionId } = await buyRecurring(brim, 'cy', 'pack', '100');
    const answers = await Promise.allSettled(['200', '300', '400'].map((quantity) => want('cy', quantity)));
    expect(answers.some(({ status }) => status === 'fulfilled')).toBe(true);
    // Whichever came last, the customer has one of them, and a cheaper one may wait.
    expect((await plansOf(brim, 'cy')).filter((each) => each === 'pack ACTIVE')).toHaveLength(1);
    const { purchase } = await want('cy', '900');
    expect(await subscriptionOf(purchase.id)).toBe(subscriptionId);
    expect(await balanceOf(brim, 'cy')).toMatchObject({ remaining: '900' });
    const open = (await plansOf(brim, 'cy')).filter((each) => !/CANCELED|EXPIRED/.test(each));
    expect(open).toEqual(['pack ACTIVE']);
  });

  test('that is declined changes nothing, and takes its place where it is paid on a page', async () => {
    const { purchaseId, subscriptionId } = await buyRecurring(brim, 'dan', 'pack', '100');
    await sandboxOf(brim).subscriptions.failNext(subscriptionId);
    expect(await want('dan', '300')).toMatchObject({ __typename: 'PaymentFailedError', purchase: { status: 'PENDING' } });
    expect(await balanceOf(brim, 'dan')).toMatchObject({ remaining: '100' });
    const { purchase, checkoutUrl } = await want('dan', '300', { checkout: 'ALWAYS' });
    await pay(checkoutUrl);
    await untilStatus(brim, purchase.id, 'ACTIVE');
    expect(await findRecurring(brim, purchaseId)).toMatchObject({ status: 'CANCELED' });
    expect(await balanceOf(brim, 'dan')).toMatchObject({ remaining: '300' });
  });
});

describe('less of an add-on that recurs', () => {
  test('begins with the next period, and the present quantity takes that back', async () => {
    const { purchaseId } = await buyRecurring(brim, 'eve', 'pack', '300');
    const { currentPeriodEnd } = await findRecurring(brim, purchaseId);
    expect(await preview('eve', '100')).toEqual({
      dueNow: { amount: '0' },
      nextPayment: { amount: { amount: '10' }, at: currentPeriodEnd },
      checkoutRequired: false,
    });
    const fewer = await want('eve', '200');
    expect(fewer).toMatchObject({ checkoutUrl: null, purchase: { status: 'PENDING' } });
    expect((await want('eve', '200')).purchase.id).toBe(fewer.purchase.id);
    expect(await want('eve', '300')).toMatchObject({ __typename: 'AttachPlanSuccess', purchase: { id: purchaseId } });
    expect(await findRecurring(brim, fewer.purchase.id)).toMatchObject({ status: 'EXPIRED' });

    await want('eve', '200');
    const fewest = await want('eve', '100');
    expect(await balanceOf(brim, 'eve')).toMatchObject({ remaining: '300' });
    const start = await toNextPeriod(purchaseId);
    const now = { status: 'ACTIVE', charged: { amount: '10' }, currentPeriodStart: start };
    await untilRecurring(brim, fewest.purchase.id, now);
    expect(await balanceOf(brim, 'eve')).toMatchObject({ remaining: '100' });
    expect((await plansOf(brim, 'eve')).filter((each) => each === 'pack ACTIVE')).toHaveLength(1);
    expect(await want('eve', '0')).toMatchObject({ issues: [{ path: ['featureQuantities'] }] });
  });

  test('keeps what rolls over, and what the plan gives once', async () => {
    const { purchaseId } = await buyRecurring(brim, 'fay', 'kept', '200');
    await track(brim, { customerId: 'fay', value: '120' });
    await track(brim, { customerId: 'fay', featureId: 'images', value: '4' });
    const fewer = await attach(brim, { customerId: 'fay', planId: 'kept', featureQuantities: wanting('100') });
    await toNextPeriod(purchaseId);
    await untilRecurring(brim, fewer.purchase.id, { status: 'ACTIVE' });
    expect(await balanceOf(brim, 'fay')).toMatchObject({ remaining: '150' });
    await track(brim, { customerId: 'fay', featureId: 'images', value: '3' });
    const { remaining } = await balanceOf(brim, 'fay', 'images');
    await attach(brim, { customerId: 'fay', planId: 'kept', featureQuantities: wanting('200') });
    expect(await balanceOf(brim, 'fay', 'images')).toMatchObject({ remaining });
    // All 100 are credited with hardly any time gone, and the 50 of before stay.
    expect(await balanceOf(brim, 'fay')).toMatchObject({ remaining: '250' });
    expect((await cancelPurchase(brim, fewer.purchase.id)).purchase.status).toBe('CANCELED');
  });
});

test('a base plan changes its quantity, and sells what is paid once beside it', async () => {
  const { purchaseId, subscriptionId } = await buyRecurring(brim, 'gus', 'team', '200');
  await track(brim, { customerId: 'gus', value: '60' });
  const more = await attach(brim, { customerId: 'gus', planId: 'team', featureQuantities: wanting('300') });
  expect(more).toMatchObject({ checkoutUrl: null, purchase: { status: 'ACTIVE' } });
  expect(await subscriptionOf(more.purchase.id)).toBe(subscriptionId);
  expect(await balanceOf(brim, 'gus')).toMatchObject({ remaining: '240' });
  expect(await findRecurring(brim, purchaseId)).toMatchObject({ status: 'CANCELED' });
  const images = { customerId: 'gus', planId: 'team', featureQuantities: wanting('100', 'images'), checkout: 'ALWAYS' };
  const bought = await attach(brim, images);
  expect(bought).toMatchObject({ purchase: { status: 'PENDING', total: { amount: '5' } } });
  await pay(bought.checkoutUrl);
  await untilStatus(brim, bought.purchase.id, 'ACTIVE');
  expect(await balanceOf(brim, 'gus', 'images')).toMatchObject({ remaining: '100' });
  expect(await balanceOf(brim, 'gus')).toMatchObject({ remaining: '240' });
  expect(await attach(brim, { customerId: 'gus', planId: 'team' })).toMatchObject({ __typename: 'PlanAlreadyAttachedError' });
});

test('an add-on that is paid once stacks', async () => {
  const { purchaseId } = await buyRecurring(brim, 'hal', 'pack', '100');
  for (const _ of [1, 2]) {
    const { purchase, checkoutUrl } = await attach(brim, {
      customerId: 'hal',
      planId: 'once',
      featureQuantities: wanting('100'),
      checkout: 'ALWAYS',
    });
    await pay(checkoutUrl);
    await untilStatus(brim, purchase.id, 'ACTIVE');
  }
  expect(await balanceOf(brim, 'hal')).toMatchObject({ remaining: '300' });
  expect(await findRecurring(brim, purchaseId)).toMatchObject({ status: 'ACTIVE' });
});
