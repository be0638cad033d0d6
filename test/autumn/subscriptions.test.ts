import type { Autumn } from 'autumn-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autumnOf, refusalOf } from '../support/autumn.ts';
import type { TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { MESSAGES, moveClocks, openShop, pay, sandboxOf } from '../support/shop.ts';

const HOUR_MS = 3_600_000;

describe('a plan that recurs, over /v1', () => {
  let brim: TestBrim;
  let autumn: Autumn;
  beforeAll(async () => {
    brim = await openShop({
      config: { testClocks: true },
      catalogue: {
        features: [{ id: MESSAGES, name: 'Premium messages', type: 'METERED' }],
        plans: [
          {
            id: 'pro',
            price: { amount: { amount: '20', currency: 'usd' }, interval: { unit: 'MONTH', count: 1 } },
            items: [{ featureId: MESSAGES, included: '500' }],
          },
        ],
      },
    });
    autumn = autumnOf(brim);
    await autumn.customers.getOrCreate({ customerId: 'ada' });
    const { paymentUrl } = await autumn.billing.attach({ customerId: 'ada', planId: 'pro' });
    await pay(String(paymentUrl));
  });
  afterAll(() => brim.close());

  const subscription = async () => (await autumn.customers.get({ customerId: 'ada' })).subscriptions[0];
  const isSoon = (wanted: object) => expect.poll(subscription, { timeout: patience(20_000), interval: 50 }).toMatchObject(wanted);

  it('is a subscription with its period, and what was paid is an invoice', async () => {
    await isSoon({ planId: 'pro', status: 'active', pastDue: false, expiresAt: null });
    const { currentPeriodStart, currentPeriodEnd } = (await subscription()) ?? {};
    expect(Number(currentPeriodEnd) - Number(currentPeriodStart)).toBeGreaterThan(27 * 24 * HOUR_MS);
    const { list } = await autumn.invoices.list({ customerId: 'ada' });
    expect(list).toEqual([
      expect.objectContaining({ planIds: ['pro'], status: 'paid', total: 20, currency: 'usd', customerId: 'ada' }),
    ]);
  });

  it('ends with its period where that is asked, until it is taken back', async () => {
    const change = (cancelAction: 'cancel_end_of_cycle' | 'uncancel') =>
      autumn.billing.update({ customerId: 'ada', planId: 'pro', cancelAction });
    expect(await change('cancel_end_of_cycle')).toMatchObject({ customerId: 'ada', paymentUrl: null });
    const { currentPeriodEnd, expiresAt } = (await subscription()) ?? {};
    expect(expiresAt).toBe(currentPeriodEnd);
    for (let time = 0; time < 2; time += 1) await change('uncancel');
    expect(await subscription()).toMatchObject({ expiresAt: null });
  });

  it('is past due while its renewal is not paid', async () => {
    const [purchase] = (await brim.app.domain.purchases.page({ customerId: 'ada', first: 1 })).nodes;
    await sandboxOf(brim).subscriptions.failNext(String(purchase?.subscriptionId));
    await moveClocks(brim, new Date(Number((await subscription())?.currentPeriodEnd) + 3 * HOUR_MS));
    await isSoon({ planId: 'pro', status: 'active', pastDue: true });
    expect((await autumn.invoices.list({ customerId: 'ada' })).list.map(({ status }) => status)).toEqual(['open', 'paid']);
  });

  it('can be looked after in the portal', async () => {
    const { customerId, url } = await autumn.billing.openCustomerPortal({ customerId: 'ada', returnUrl: 'https://app.example/' });
    expect({ customerId, status: (await fetch(String(url))).status }).toEqual({ customerId: 'ada', status: 200 });
  });

  it('is canceled at once, and a plan that the customer does not have is refused', async () => {
    const cancel = () => autumn.billing.update({ customerId: 'ada', planId: 'pro', cancelAction: 'cancel_immediately' });
    await cancel();
    expect(await subscription()).toBeUndefined();
    expect(await refusalOf(cancel())).toMatchObject({ statusCode: 400 });
  });
});
