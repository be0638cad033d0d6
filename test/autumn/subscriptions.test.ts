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
          {
            id: 'boost',
            addOn: true,
            price: { amount: { amount: '5', currency: 'usd' }, interval: { unit: 'MONTH', count: 1 } },
            items: [{ featureId: MESSAGES, included: '50' }],
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
    const { currentPeriodEnd, expiresAt, canceledAt, startedAt } = (await subscription()) ?? {};
    expect(expiresAt).toBe(currentPeriodEnd);
    expect(canceledAt).toBeGreaterThanOrEqual(Number(startedAt));
    await change('cancel_end_of_cycle');
    expect(await subscription()).toMatchObject({ canceledAt });
    for (let time = 0; time < 2; time += 1) await change('uncancel');
    expect(await subscription()).toMatchObject({ expiresAt: null, canceledAt: null });
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

  it('has a customer who saves another card', async () => {
    const successUrl = 'https://app.example/saved';
    const { customerId, url } = await autumn.billing.setupPayment({ customerId: 'ada', successUrl });
    expect(customerId).toBe('ada');
    const body = new URLSearchParams({ card: '5555555555554444' });
    const answer = await fetch(`${url}/complete`, { method: 'POST', redirect: 'manual', body });
    expect(answer.headers.get('location')).toBe(successUrl);
    const saved = () => brim.app.domain.purchases.savedMethod('ada');
    await expect.poll(saved, { timeout: patience(20_000), interval: 50 }).toMatchObject({ brand: 'mastercard', last4: '4444' });
    expect(await refusalOf(autumn.billing.setupPayment({ customerId: 'ada', successUrl, planId: 'pro' }))).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('plan_id'),
    });
  });

  it('is a subscription also where it is an add-on, of which one by its id, or the paid one, is canceled', async () => {
    const held = async () => {
      const { subscriptions, purchases } = await autumn.customers.get({ customerId: 'bo' });
      expect(purchases).toEqual([]);
      return subscriptions.filter(({ planId }) => planId === 'boost');
    };
    await autumn.customers.getOrCreate({ customerId: 'bo' });
    const { purchases } = brim.app.domain;
    const { paymentUrl } = await autumn.billing.attach({ customerId: 'bo', planId: 'boost' });
    await pay(String(paymentUrl));
    await expect.poll(held, { timeout: patience(20_000), interval: 50 }).toMatchObject([{ addOn: true, expiresAt: null }]);
    const [subscriptionId] = (await held()).map(({ id }) => String(id));
    const cancel = (which: object) => autumn.billing.update({ customerId: 'bo', cancelAction: 'cancel_end_of_cycle', ...which });
    expect(await refusalOf(cancel({ subscriptionId: 'pur_unknown' }))).toMatchObject({ statusCode: 400 });
    expect(await refusalOf(cancel({}))).toMatchObject({ statusCode: 400 });
    await cancel({ subscriptionId });
    expect(await held()).toMatchObject([{ id: subscriptionId, expiresAt: expect.any(Number), canceledAt: expect.any(Number) }]);
    expect((await purchases.page({ customerId: 'bo', first: 2 })).nodes).toHaveLength(1);
  });

  it('counts as given back what arrived, and not what is on its way', async () => {
    await autumn.customers.getOrCreate({ customerId: 'cy' });
    const { paymentUrl } = await autumn.billing.attach({ customerId: 'cy', planId: 'boost' });
    await pay(String(paymentUrl), { card: '4000000000007726' });
    const invoices = async () => (await autumn.invoices.list({ customerId: 'cy' })).list;
    await expect.poll(invoices, { timeout: patience(20_000), interval: 50 }).toMatchObject([{ status: 'paid' }]);
    const { refundPurchase } = await brim.data(
      `mutation ($id: ID!) { refundPurchase(input: { purchaseId: $id, amount: { amount: "2", currency: "usd" } }) {
        ... on RefundPurchaseSuccess { refund { status } } } }`,
      { id: (await brim.app.domain.purchases.page({ customerId: 'cy', first: 1 })).nodes[0]?.id },
    );
    expect(refundPurchase).toEqual({ refund: { status: 'PENDING' } });
    expect(await invoices()).toMatchObject([{ refundedAmount: 0, amountPaid: 5 }]);
    const { payments } = brim.app.domain.purchases;
    const [refund] = await payments.refundsOf(String((await payments.page({ customerId: 'cy' })).nodes[0]?.id));
    await sandboxOf(brim).refunds.succeed(String(refund?.providerId));
    await expect.poll(invoices, { timeout: patience(20_000), interval: 50 }).toMatchObject([{ refundedAmount: 2 }]);
  });

  it('is canceled at once, and a plan that the customer does not have is refused', async () => {
    const cancel = () => autumn.billing.update({ customerId: 'ada', planId: 'pro', cancelAction: 'cancel_immediately' });
    await cancel();
    expect(await subscription()).toBeUndefined();
    expect(await refusalOf(cancel())).toMatchObject({ statusCode: 400 });
    // Nobody collects the invoice of a plan that has ended.
    expect((await autumn.invoices.list({ customerId: 'ada' })).list[0]).toMatchObject({ status: 'uncollectible', amountPaid: 0 });
  });
});
