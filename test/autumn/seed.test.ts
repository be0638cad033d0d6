import { Autumn } from 'autumn-js';
import { autumnHandler } from 'autumn-js/fetch';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBrim, subscribe, type TestBrim, take } from '../support/brim.ts';
import { answerPage } from '../support/shop.ts';

const SECRET_KEY = 'am_sk_test_1234';

describe('an app that was written for autumn-js, with only its serverURL changed', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openBrim({ config: { secretKeys: [SECRET_KEY] } });
  });
  afterAll(() => brim.close());

  it('gives ten free messages, uses five, sells 200 on the payment page and has 205, while a GraphQL subscriber looks on', async () => {
    const autumn = new Autumn({ secretKey: SECRET_KEY, serverURL: brim.url });
    await autumn.features.create({
      featureId: 'premium_messages',
      name: 'Premium messages',
      type: 'metered',
      consumable: true,
    });
    await autumn.plans.create({
      planId: 'free',
      name: 'Free',
      autoEnable: true,
      items: [{ featureId: 'premium_messages', included: 10 }],
    });
    await autumn.plans.create({
      planId: 'top_up',
      name: 'Top-up',
      addOn: true,
      items: [
        {
          featureId: 'premium_messages',
          price: { amount: 10, interval: 'one_off', billingUnits: 100, billingMethod: 'prepaid' },
        },
      ],
    });

    const customer = await autumn.customers.getOrCreate({ customerId: 'user_123', name: 'Jo', email: 'jo@x.example' });
    expect(customer).toMatchObject({ id: 'user_123', name: 'Jo', subscriptions: [{ planId: 'free', status: 'active' }] });
    expect(customer.balances['premium_messages']).toMatchObject({ granted: 10, remaining: 10, usage: 0 });

    const watching = subscribe(
      brim.socket(SECRET_KEY),
      `subscription { balanceChanged(customerId: "user_123") { cause balance { remaining } entry { kind amount } } }`,
    );
    expect((await take(watching, 1))[0].balanceChanged).toMatchObject({ cause: 'SNAPSHOT', balance: { remaining: '10' } });

    const { allowed } = await autumn.check({ customerId: 'user_123', featureId: 'premium_messages' });
    expect(allowed).toBe(true);

    await autumn.track({ customerId: 'user_123', featureId: 'premium_messages', value: 5 });
    expect((await take(watching, 1))[0].balanceChanged).toMatchObject({
      balance: { remaining: '5' },
      entry: { kind: 'USAGE', amount: '-5' },
    });
    expect(await autumn.check({ customerId: 'user_123', featureId: 'premium_messages', requiredBalance: 6 })).toMatchObject({
      allowed: false,
      requiredBalance: 6,
      balance: { remaining: 5 },
    });

    const { paymentUrl } = await autumn.billing.attach({
      customerId: 'user_123',
      planId: 'top_up',
      featureQuantities: [{ featureId: 'premium_messages', quantity: 200 }],
      successUrl: 'https://app.example/thanks',
    });
    expect((await answerPage(paymentUrl ?? '')).status).toBe(303);
    expect((await take(watching, 1))[0].balanceChanged).toMatchObject({
      balance: { remaining: '205' },
      entry: { kind: 'GRANT', amount: '200' },
    });
    await watching.return();

    const paid = await autumn.customers.get({ customerId: 'user_123', expand: ['purchases.plan'] });
    expect(paid.balances['premium_messages']).toMatchObject({
      remaining: 205,
      granted: 210,
      usage: 5,
      breakdown: [
        { planId: 'free', includedGrant: 10, prepaidGrant: 0, remaining: 5, usage: 5 },
        { planId: 'top_up', includedGrant: 0, prepaidGrant: 200, remaining: 200, usage: 0 },
      ],
    });
    expect(paid.purchases).toMatchObject([{ planId: 'top_up', quantity: 1, plan: { name: 'Top-up' } }]);
  });

  it("serves the app's own handler, which the package's React hooks call", async () => {
    // The handler prints what it passes on.
    const printed = [vi.spyOn(console, 'error').mockReturnValue(), vi.spyOn(console, 'log').mockReturnValue()];
    const handle = autumnHandler({
      identify: () => ({ customerId: 'browser_1', customerData: { name: 'Ada' } }),
      secretKey: SECRET_KEY,
      autumnURL: brim.url,
    });
    const ask = async (route: string, body: object) => {
      const request = new Request(`http://app.example/api/autumn/${route}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const response = await handle(request);
      return { status: response.status, body: await response.json() };
    };

    const customer = await ask('getOrCreateCustomer', {});
    expect(customer).toMatchObject({ status: 200, body: { id: 'browser_1', name: 'Ada' } });
    // What `check` in the browser reads.
    expect(customer.body.balances.premium_messages).toMatchObject({
      remaining: 10,
      feature: { id: 'premium_messages', type: 'metered', consumable: true },
    });
    expect((await ask('listPlans', {})).body.list).toMatchObject([
      { id: 'free', customerEligibility: { status: 'active', attachAction: 'none' } },
      { id: 'top_up', customerEligibility: { attachAction: 'purchase' } },
    ]);
    const request = { planId: 'top_up', featureQuantities: [{ featureId: 'premium_messages', quantity: 200 }] };
    expect((await ask('previewAttach', request)).body).toMatchObject({ total: 20, currency: 'usd', redirectToCheckout: true });
    expect((await ask('attach', { ...request, successUrl: 'https://app.example/' })).body).toMatchObject({
      customerId: 'browser_1',
      paymentUrl: expect.stringContaining('/sandbox/'),
    });
    expect(await ask('attach', { planId: 'unknown' })).toMatchObject({ status: 404, body: { code: 'plan_not_found' } });
    for (const each of printed) each.mockRestore();
  });
});
