/** Where customers go when they leave the payment page. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postRaw } from '../support/autumn.ts';
import type { TestBrim } from '../support/brim.ts';
import {
  answerPage,
  attach,
  createCustomer,
  createCustomerToken,
  decideDelayedPayment,
  MESSAGES,
  openShop,
  wanting,
} from '../support/shop.ts';

const HOUR_MS = 60 * 60_000;

describe('the return from the payment page', () => {
  let brim: TestBrim;
  let token: string;
  let now = new Date('2026-11-27T12:00:00Z');

  beforeAll(async () => {
    brim = await openShop({
      clock: { now: () => now },
      config: { corsOrigins: ['https://app.example'], returnOrigins: ['https://*.shop.example'] },
    });
  });
  afterAll(() => brim.close());

  async function buy(customerId: string, urls: Record<string, unknown>, as: 'app' | 'customer' = 'app') {
    await createCustomer(brim, customerId);
    token = await createCustomerToken(brim, customerId, ['top_up']);
    const input = { customerId, planId: 'top_up', featureQuantities: wanting('100'), ...urls };
    return attach(brim, input, as === 'customer' ? token : undefined);
  }
  const back = async (purchaseId: string, way: 'return' | 'cancel' = 'return') => {
    const answer = await fetch(`${brim.url}/checkout/${way}/${purchaseId}`, { redirect: 'manual' });
    return [answer.status, answer.headers.get('location')];
  };
  const sessionOf = (checkoutUrl: string) => checkoutUrl.split('/').at(-1);

  it('leads a customer token’s customer only to origins that the operator named', async () => {
    for (const successUrl of ['https://app.example/thanks', 'https://de.shop.example/', brim.url])
      expect(await buy('chooser', { successUrl, cancelUrl: successUrl }, 'customer')).toMatchObject({
        __typename: 'AttachPlanSuccess',
      });
    expect(
      await buy('chooser', { successUrl: 'https://evil.example', cancelUrl: 'http://app.example' }, 'customer'),
    ).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['successUrl'] }, { path: ['cancelUrl'] }],
    });
    expect(await buy('chooser', { successUrl: 'https://evil.example' })).toMatchObject({ __typename: 'AttachPlanSuccess' });
  });

  it('has the same rules and placeholders over /v1', async () => {
    await createCustomer(brim, 'abroad');
    const attachOver = async (success_url: string) => {
      const feature_quantities = [{ feature_id: MESSAGES, quantity: 100 }];
      const body = JSON.stringify({ customer_id: 'abroad', plan_id: 'top_up', feature_quantities, success_url });
      const answer = await postRaw(brim, 'billing.attach', body);
      return { status: answer.status, ...(await answer.json()) };
    };
    for (const wrong of ['https://ada:secret@app.example', 'https:app.example', 'ftp://app.example'])
      expect(await attachOver(wrong)).toMatchObject({ status: 400, message: expect.stringMatching(/^success_url: must be/) });
    const { payment_url } = await attachOver('https://shop.example/{PURCHASE_ID}?s={CHECKOUT_SESSION_ID}');
    const home = (await answerPage(payment_url)).headers.get('location') ?? '';
    const [purchaseId = ''] = home.split('/').slice(-1);
    expect(await back(purchaseId)).toEqual([303, `https://shop.example/${purchaseId}?s=${sessionOf(payment_url)}`]);
  });

  it('follows the rules also for a key that was used before', async () => {
    const input = { successUrl: 'https://evil.example/', idempotencyKey: 'once' };
    expect(await buy('replayer', input)).toMatchObject({ __typename: 'AttachPlanSuccess' });
    expect(await buy('replayer', input, 'customer')).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['successUrl'] }],
    });
  });

  it('has the purchase and the session filled in', async () => {
    const { purchase, checkoutUrl } = await buy('filled', {
      successUrl: 'https://app.example/?p={PURCHASE_ID}&s={CHECKOUT_SESSION_ID}',
      cancelUrl: 'https://app.example/plans/{PURCHASE_ID}',
    });
    const canceled = await answerPage(checkoutUrl, 'cancel');
    expect(canceled.headers.get('location')).toBe(`https://app.example/plans/${purchase.id}`);
    await answerPage(checkoutUrl);
    expect(await back(purchase.id)).toEqual([303, `https://app.example/?p=${purchase.id}&s=${sessionOf(checkoutUrl)}`]);
  });

  it('has the session filled in also where nobody paid', async () => {
    const { purchase, checkoutUrl } = await buy('unpaid', {
      cancelUrl: 'https://app.example/{CHECKOUT_SESSION_ID}/{PURCHASE_ID}',
    });
    const canceled = await answerPage(checkoutUrl, 'cancel');
    expect(canceled.headers.get('location')).toBe(`${brim.url}/checkout/cancel/${purchase.id}`);
    expect(await back(purchase.id, 'cancel')).toEqual([303, `https://app.example/${sessionOf(checkoutUrl)}/${purchase.id}`]);
    now = new Date(now.getTime() + 49 * HOUR_MS);
    expect(await back(purchase.id, 'cancel')).toEqual([200, null]);
    expect(await back('nobody', 'cancel')).toEqual([404, null]);
  });

  it('ends on our own page a day after the purchase became ACTIVE', async () => {
    const { purchase, checkoutUrl } = await buy('later', { successUrl: 'https://app.example/thanks' });
    await answerPage(checkoutUrl);
    expect(await back(purchase.id)).toEqual([303, 'https://app.example/thanks']);
    now = new Date(now.getTime() + 23 * HOUR_MS);
    expect(await back(purchase.id)).toEqual([303, 'https://app.example/thanks']);
    now = new Date(now.getTime() + 2 * HOUR_MS);
    expect(await back(purchase.id)).toEqual([200, null]);
  });

  it('has another day after a delayed payment arrived', async () => {
    const { purchase, checkoutUrl } = await buy('delayed', { successUrl: 'https://app.example/thanks' });
    await answerPage(checkoutUrl, 'pay_later');
    expect(await back(purchase.id)).toEqual([303, 'https://app.example/thanks']);
    now = new Date(now.getTime() + 72 * HOUR_MS);
    expect(await back(purchase.id)).toEqual([200, null]);
    await decideDelayedPayment(checkoutUrl, 'succeed');
    // Before this time Brim would not ask the provider again.
    now = new Date(now.getTime() + 5_000);
    expect(await back(purchase.id)).toEqual([303, 'https://app.example/thanks']);
  });
});
