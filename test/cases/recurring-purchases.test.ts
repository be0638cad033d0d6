/** Recurring plans that are bought on a page: their first period, and what it gives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import {
  answerPage,
  attach,
  balanceOf,
  createCustomer,
  findRecurring,
  MESSAGES,
  monthly,
  openShop,
  pay,
  prepaid,
  untilStatus,
  wanting,
} from '../support/shop.ts';

const MONTH = { unit: 'MONTH', count: 1 };
const usd = (amount: string) => ({ amount, currency: 'usd' });

let brim: TestBrim;
beforeAll(async () => {
  brim = await openShop({
    catalogue: {
      features: [{ id: MESSAGES, name: 'Premium messages', type: 'METERED' }, 'images'],
      plans: [
        { id: 'free', autoEnable: true, items: [{ featureId: MESSAGES, included: '10', reset: MONTH }] },
        {
          id: 'pro',
          price: { amount: usd('20'), interval: MONTH },
          items: [
            { featureId: MESSAGES, included: '500', price: prepaid('10') },
            { featureId: 'images', unlimited: true },
          ],
        },
        { id: 'extra', addOn: true, items: [{ featureId: MESSAGES, price: monthly('8') }] },
      ],
    },
  });
});
afterAll(() => brim.close());

describe('a recurring plan on a page', () => {
  test('gives its first period once it is paid, and not before', async () => {
    await createCustomer(brim, 'ada');
    const { purchase, checkoutUrl } = await attach(brim, { customerId: 'ada', planId: 'pro' });
    expect(purchase).toMatchObject({ status: 'PENDING', total: usd('20') });
    expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '10' });
    await pay(checkoutUrl);
    await untilStatus(brim, purchase.id, 'ACTIVE');
    expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '500', granted: '500' });
    expect(await balanceOf(brim, 'ada', 'images')).toMatchObject({ unlimited: true });
    const bought = await findRecurring(brim, purchase.id);
    expect(bought).toMatchObject({
      charged: usd('20'),
      cancelAtPeriodEnd: false,
      payments: [{ status: 'SUCCEEDED', amount: usd('20') }],
      refundable: usd('20'),
    });
    const days = (Date.parse(bought.currentPeriodEnd) - Date.parse(bought.currentPeriodStart)) / 86_400_000;
    expect(days).toBeGreaterThanOrEqual(28);
    expect(days).toBeLessThanOrEqual(31);
  });

  test('gives what is paid once beside it as an amount that stays', async () => {
    await createCustomer(brim, 'bob');
    const { purchase, checkoutUrl } = await attach(brim, {
      customerId: 'bob',
      planId: 'pro',
      featureQuantities: wanting('700'),
    });
    expect(purchase).toMatchObject({ total: usd('40') });
    await pay(checkoutUrl);
    await untilStatus(brim, purchase.id, 'ACTIVE');
    expect(await balanceOf(brim, 'bob')).toMatchObject({ remaining: '700' });
    const { grants } = await findRecurring(brim, purchase.id);
    expect(grants.map((each: { origin: string; granted: string }) => `${each.origin} ${each.granted}`).sort()).toEqual(
      expect.arrayContaining(['BOUGHT 200', 'INCLUDED 500']),
    );
  });

  test('that is declined gives nothing, and can be paid after that', async () => {
    await createCustomer(brim, 'cy');
    const { purchase, checkoutUrl } = await attach(brim, {
      customerId: 'cy',
      planId: 'extra',
      featureQuantities: wanting('300'),
    });
    await answerPage(checkoutUrl, 'decline');
    expect(await balanceOf(brim, 'cy')).toMatchObject({ remaining: '10' });
    await pay(checkoutUrl);
    await untilStatus(brim, purchase.id, 'ACTIVE');
    expect(await balanceOf(brim, 'cy')).toMatchObject({ remaining: '310' });
  });
});
