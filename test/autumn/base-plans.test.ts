import type { Autumn } from 'autumn-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autumnOf, refusalOf } from '../support/autumn.ts';
import type { TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { answerPage, createPlan, MESSAGES, openShop, prepaid } from '../support/shop.ts';

describe('a base plan that sells something, over /v1', () => {
  let brim: TestBrim;
  let autumn: Autumn;
  beforeAll(async () => {
    brim = await openShop();
    autumn = autumnOf(brim);
    const item = { featureId: MESSAGES, included: '100', reset: { unit: 'MONTH' } };
    await createPlan(brim, { id: 'writer', items: [{ ...item, price: prepaid('10') }] });
    await createPlan(brim, { id: 'pro', group: 'pro', price: { amount: { amount: '20', currency: 'usd' } }, items: [item] });
    await autumn.customers.getOrCreate({ customerId: 'ada' });
  });
  afterAll(() => brim.close());

  const request = (quantity: number) => ({
    customerId: 'ada',
    planId: 'writer',
    featureQuantities: [{ featureId: MESSAGES, quantity }],
  });
  const remaining = async () => (await autumn.check({ customerId: 'ada', featureId: MESSAGES })).balance?.remaining;

  async function pay(paymentUrl: string | null, expected: number): Promise<void> {
    await answerPage(String(paymentUrl));
    await expect.poll(remaining, { timeout: patience(20_000) }).toBe(expected);
  }

  it('is a subscription once, and each purchase of more is a purchase', async () => {
    expect(await autumn.billing.previewAttach(request(300))).toMatchObject({ total: 20, outgoing: [{ planId: 'free' }] });
    await pay((await autumn.billing.attach(request(300))).paymentUrl, 300);
    expect(await autumn.billing.previewAttach(request(300))).toMatchObject({
      total: 20,
      outgoing: [],
      incoming: [{ featureQuantities: [{ featureId: MESSAGES, quantity: 200 }] }],
    });
    await pay((await autumn.billing.attach(request(300))).paymentUrl, 500);
    const { subscriptions, purchases } = await autumn.customers.get({ customerId: 'ada' });
    expect(subscriptions.map(({ planId, status }) => [planId, status])).toEqual([['writer', 'active']]);
    expect(purchases.map(({ planId, quantity }) => [planId, quantity])).toEqual([['writer', 1]]);
  });

  it('that the customer has is refused where it asks for no more', async () => {
    for (const { customerId, planId, featureQuantities } of [request(100), { ...request(0), featureQuantities: [] }]) {
      const attach = autumn.billing.attach({ customerId, planId, featureQuantities });
      expect(await refusalOf(attach)).toMatchObject({ statusCode: 409, code: 'plan_already_attached' });
    }
  });

  it('can be bought more of, which plans.list says; one that sells nothing more cannot', async () => {
    const { paymentUrl } = await autumn.billing.attach({ customerId: 'ada', planId: 'pro' });
    await pay(paymentUrl, 600);
    const { list } = await autumn.plans.list({ customerId: 'ada' });
    const actions = Object.fromEntries(list.map(({ id, customerEligibility }) => [id, customerEligibility]));
    expect(actions['writer']).toMatchObject({ status: 'active', attachAction: 'purchase' });
    expect(actions['pro']).toMatchObject({ status: 'active', attachAction: 'none' });
    expect(actions['free']).toMatchObject({ attachAction: 'activate' });
    expect(actions['top_up']).toMatchObject({ attachAction: 'purchase' });
  });
});
