import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openStripeAccount, type ShopBrim, type StripeAccount } from '../support/shop/stripe-account.ts';
import { answerPage, attach, balanceOf, createCustomer, createCustomerToken, wanting } from '../support/shop.ts';

/** What Brim answers and logs where Stripe fails or does not answer. */
describe('Stripe in trouble', () => {
  let account: StripeAccount;
  let brim: ShopBrim;
  beforeAll(async () => {
    account = await openStripeAccount();
    brim = await account.openShop();
  });
  afterEach(() => account.faults.clear());
  afterAll(() => account?.close());

  let count = 0;
  async function newCustomer(): Promise<string> {
    count += 1;
    const id = `in_trouble_${count}`;
    await createCustomer(brim, id);
    return id;
  }
  const topUp = (customerId: string) => ({ customerId, planId: 'top_up', featureQuantities: wanting('100') });

  async function refusalOf(customerId: string, credential?: string) {
    const { errors } = await brim.query(
      'mutation ($input: AttachPlanInput!) { attachPlan(input: $input) { __typename } }',
      { input: topUp(customerId) },
      credential,
    );
    return { message: errors?.[0]?.message, code: errors?.[0]?.extensions?.['code'] };
  }

  test.each([
    ['unauthorized', '401', 50, /does not take the key \(401\).*STRIPE_SECRET_KEY/, /does not let this app in/],
    ['forbidden', '403', 50, /lacks a permission \(403\)/, /does not let this app do that/],
    ['rate_limited', '429', 40, /asked too often \(429\).*in \d+ seconds/, /asked too often.*in \d+ seconds/],
    ['server_error', '500', 40, /Stripe failed \(500/, /provider failed.*in a moment/],
  ] as const)('%s is named in the answer, and is one line in the log', async (kind, code, level, toTheApp, toTheCustomer) => {
    const customerId = await newCustomer();
    account.faults.add({ kind, times: 100 });
    for (let time = 0; time < 2; time += 1) {
      expect(await refusalOf(customerId)).toEqual({ code: 'UNAVAILABLE', message: expect.stringMatching(toTheApp) });
      const self = await newCustomer();
      const told = await refusalOf(self, await createCustomerToken(brim, self, ['top_up']));
      expect(told).toEqual({ code: 'UNAVAILABLE', message: expect.stringMatching(toTheCustomer) });
      expect(told.message).not.toMatch(/STRIPE_SECRET_KEY|permission|cannot be reached/);
      expect(told.message).toContain('Nothing was charged');
    }
    expect(brim.logged().filter((line) => line.code === code)).toEqual([
      expect.objectContaining({ level, msg: expect.stringContaining(code) }),
    ]);
    account.faults.clear();
    // The trouble is over and has left nothing behind.
    const { checkoutUrl } = await attach(brim, topUp(customerId));
    expect((await answerPage(checkoutUrl)).status).toBe(303);
  });

  async function pagesOf(purchaseId: string): Promise<number> {
    let found = 0;
    for await (const session of account.stripe.checkout.sessions.list({ limit: 100 }))
      if (session.metadata?.['brim_purchase_id'] === purchaseId) found += 1;
    return found;
  }

  test.each(['server_error', 'server_error_after_work', 'garbage'] as const)(
    'an answer that says nothing (%s) blocks nobody: the next attach has the one page, and paying it grants once',
    async (kind) => {
      const customerId = await newCustomer();
      account.faults.add({ kind, path: '/v1/checkout/sessions', method: 'POST' });
      expect(await refusalOf(customerId)).toMatchObject({ code: 'UNAVAILABLE' });
      const { purchase, checkoutUrl } = await attach(brim, topUp(customerId));
      expect(purchase).toMatchObject({ status: 'PENDING' });
      expect(await pagesOf(purchase.id)).toBe(1);
      expect(await attach(brim, topUp(customerId))).toMatchObject({ purchase: { id: purchase.id }, checkoutUrl });
      expect((await answerPage(checkoutUrl)).status).toBe(303);
      await Promise.all([1, 2].map(() => fetch(`${brim.url}/checkout/return/${purchase.id}`, { redirect: 'manual' })));
      expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '110' });
    },
  );

  test('a 500 that an ended process met blocks nobody either', async () => {
    const customerId = await newCustomer();
    const other = await account.openShop({ databaseUrl: brim.databaseUrl });
    account.faults.add({ kind: 'server_error_after_work', path: '/v1/checkout/sessions', method: 'POST' });
    const { errors } = await other.query('mutation ($input: AttachPlanInput!) { attachPlan(input: $input) { __typename } }', {
      input: topUp(customerId),
    });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE' });
    await other.close();
    // Two processes that do not know of the failure, at once.
    const [{ purchase, checkoutUrl }, again] = await Promise.all([
      attach(brim, topUp(customerId)),
      attach(brim, topUp(customerId)),
    ]);
    expect(again).toMatchObject({ purchase: { id: purchase.id }, checkoutUrl });
    expect(await pagesOf(purchase.id)).toBe(1);
  });

  test('a customer and a page that failed repeatedly are made once Stripe works again', async () => {
    const customerId = await newCustomer();
    account.faults.add({ kind: 'server_error_after_work', path: '/v1/customers', method: 'POST' });
    account.faults.add({ kind: 'server_error', path: '/v1/checkout/sessions', method: 'POST', times: 3 });
    for (let time = 0; time < 3; time += 1) {
      const before = brim.wire.calls.length;
      expect(await refusalOf(customerId)).toMatchObject({ code: 'UNAVAILABLE' });
      expect(brim.wire.calls.length - before).toBeLessThanOrEqual(6);
    }
    const { purchase, checkoutUrl } = await attach(brim, topUp(customerId));
    expect(await pagesOf(purchase.id)).toBe(1);
    expect((await answerPage(checkoutUrl)).status).toBe(303);
  });
});
