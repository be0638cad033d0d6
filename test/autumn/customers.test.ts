import type { Autumn } from 'autumn-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autumnOf, refusalOf } from '../support/autumn.ts';
import type { TestBrim } from '../support/brim.ts';
import { answerPage, balanceOf, createCustomer, createPlan, MESSAGES, openShop, untilStatus } from '../support/shop.ts';

describe('customers and what they buy, over /v1', () => {
  let brim: TestBrim;
  let autumn: Autumn;

  beforeAll(async () => {
    brim = await openShop();
    autumn = autumnOf(brim);
  });
  afterAll(() => brim.close());

  it('are made once, with their free plan, however many calls race', async () => {
    const calls = Array.from({ length: 5 }, () =>
      autumn.customers.getOrCreate({ customerId: 'jo', name: 'Jo', metadata: { a: 1.5 } }),
    );
    for (const customer of await Promise.all(calls)) {
      expect(customer).toMatchObject({ id: 'jo', name: 'Jo', email: null, env: 'sandbox', metadata: { a: 1.5 }, purchases: [] });
      expect(customer.subscriptions).toMatchObject([{ planId: 'free', autoEnable: true, addOn: false, status: 'active' }]);
      expect(customer.balances[MESSAGES]).toMatchObject({ remaining: 10, feature: { id: MESSAGES } });
    }
    expect(await balanceOf(brim, 'jo')).toMatchObject({ remaining: '10', version: 1 });
  });

  it('change what is given, and keep the rest', async () => {
    await autumn.customers.getOrCreate({ customerId: 'ada', name: 'Ada', email: 'ada@x.example' });
    expect(await autumn.customers.update({ customerId: 'ada', name: null, metadata: { tier: 'gold' } })).toMatchObject({
      name: null,
      email: 'ada@x.example',
      metadata: { tier: 'gold' },
    });
  });

  it('are listed page by page, the newest first', async () => {
    for (const id of ['list-1', 'list-2', 'list-3']) await createCustomer(brim, id);
    const first = await autumn.customers.list({ limit: 2, search: 'list-' });
    expect(first.list.map(({ id }) => id)).toEqual(['list-3', 'list-2']);
    const second = await autumn.customers.list({ limit: 2, search: 'list-', startCursor: first.nextCursor ?? '' });
    expect(second).toMatchObject({ list: [{ id: 'list-1', balances: { [MESSAGES]: { remaining: 10 } } }], nextCursor: null });
    expect((await refusalOf(autumn.customers.list({ limit: 500 }))).message).toBe('limit: must be 1 to 100');
    expect((await refusalOf(autumn.customers.list({ startCursor: 'nonsense' }))).message).toMatch(
      /^start_cursor: must be a cursor/,
    );
  });

  const request = (customerId: string, quantity: number) => ({
    customerId,
    planId: 'top_up',
    featureQuantities: [{ featureId: MESSAGES, quantity }],
  });

  it('are shown what a top-up costs, and get one page for it', async () => {
    await createCustomer(brim, 'buyer');
    expect(await autumn.billing.previewAttach(request('buyer', 150))).toMatchObject({
      customerId: 'buyer',
      lineItems: [{ description: 'Premium messages, 100 at a time', total: 20, planId: 'top_up', quantity: 200 }],
      subtotal: 20,
      total: 20,
      currency: 'usd',
      incoming: [{ planId: 'top_up', featureQuantities: [{ featureId: MESSAGES, quantity: 200 }] }],
      outgoing: [],
      redirectToCheckout: true,
      checkoutType: 'stripe_checkout',
    });
    const first = await autumn.billing.attach({ ...request('buyer', 150), metadata: { campaign: 'spring' } });
    const again = await autumn.billing.attach({ ...request('buyer', 150), metadata: { campaign: 'spring' } });
    expect(again).toEqual(first);
    await answerPage(first.paymentUrl ?? '');
    await expect.poll(async () => (await balanceOf(brim, 'buyer')).remaining).toBe('210');
  });

  it('have bought a plan so many times', async () => {
    await createCustomer(brim, 'twice');
    for (const _time of [1, 2]) {
      const { paymentUrl } = await autumn.billing.attach(request('twice', 100));
      await answerPage(paymentUrl ?? '');
      const { customer } = await brim.data('{ customer(id: "twice") { purchases { nodes { id } } } }');
      await untilStatus(brim, customer.purchases.nodes[0].id, 'ACTIVE');
    }
    expect((await autumn.customers.get({ customerId: 'twice' })).purchases).toMatchObject([{ planId: 'top_up', quantity: 2 }]);
  });

  it('get a plan that costs nothing at once, in the place of another of its group', async () => {
    await createPlan(brim, { id: 'better', items: [{ featureId: MESSAGES, included: '25' }] });
    await createCustomer(brim, 'mover');
    expect(await autumn.billing.previewAttach({ customerId: 'mover', planId: 'better' })).toMatchObject({
      total: 0,
      outgoing: [{ planId: 'free' }],
      redirectToCheckout: false,
    });
    expect(await autumn.billing.attach({ customerId: 'mover', planId: 'better' })).toEqual({
      customerId: 'mover',
      paymentUrl: null,
    });
    expect((await autumn.customers.get({ customerId: 'mover' })).subscriptions).toMatchObject([{ planId: 'better' }]);
    expect(await refusalOf(autumn.billing.attach({ customerId: 'mover', planId: 'better' }))).toMatchObject({
      statusCode: 409,
      code: 'plan_already_attached',
    });
  });

  it('are refused by the name of what Brim does not do', async () => {
    const attach = (more: object) => autumn.billing.attach({ ...request('jo', 100), ...more });
    const refusals = [
      [() => autumn.customers.getOrCreate({ customerId: 'jo', stripeId: 'cus_1' }), /^stripe_id: is not supported by Brim/],
      [() => autumn.customers.getOrCreate({ customerId: 'jo', expand: ['invoices'] }), /^expand\.0: is not supported by Brim/],
      [() => autumn.customers.getOrCreate({ customerId: null }), /^customer_id: must be a string/],
      [() => autumn.customers.getOrCreate({ customerId: 'jo', email: 'nonsense' }), /^email: must be an email address/],
      [() => autumn.customers.update({ customerId: 'jo', newCustomerId: 'joe' }), /^new_customer_id: is not supported by Brim/],
      [() => autumn.customers.list({ plans: [{ id: 'free' }] }), /^plans: is not supported by Brim/],
      [() => attach({ redirectMode: 'never' }), /^redirect_mode: the customer has no saved payment method/],
      [() => attach({ entityId: 'seat-1' }), /^entity_id: is not supported by Brim/],
      [() => attach({ discounts: [{ rewardId: 'x' }] }), /^discounts: is not supported by Brim/],
      [() => attach({ featureQuantities: [{ featureId: 'none', quantity: 1 }] }), /^feature_quantities\.0\.feature_id: must be/],
      [() => attach({ successUrl: 'nonsense' }), /^success_url: must be an http or https URL/],
    ] as const;
    for (const [call, message] of refusals) {
      expect(await refusalOf(call())).toMatchObject({
        statusCode: 400,
        code: 'invalid_input',
        message: expect.stringMatching(message),
      });
    }
  });

  it('are unknown, by a code that says so', async () => {
    const unknown = { statusCode: 404, code: 'customer_not_found' };
    const ofNobody = { customerId: 'nobody', featureId: MESSAGES };
    const calls = [
      () => autumn.customers.get({ customerId: 'nobody' }),
      () => autumn.customers.update({ customerId: 'nobody', name: 'N' }),
      () => autumn.check(ofNobody),
      () => autumn.track(ofNobody),
      () => autumn.balances.create({ ...ofNobody, includedGrant: 1 }),
      () => autumn.balances.update({ ...ofNobody, remaining: 1 }),
      () => autumn.billing.attach(request('nobody', 100)),
      () => autumn.billing.previewAttach(request('nobody', 100)),
      () => autumn.events.list({ customerId: 'nobody' }),
      () => autumn.plans.list({ customerId: 'nobody' }),
    ];
    for (const call of calls) expect(await refusalOf(call())).toMatchObject(unknown);
  });
});
