import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import {
  answerPage,
  attach,
  balanceOf,
  createCustomer,
  createCustomerToken,
  createPlan,
  MESSAGES,
  openShop,
  prepaid,
  untilStatus,
  wanting,
} from '../support/shop.ts';

describe('attaching a plan again', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openShop();
    await createPlan(brim, { id: 'gift', addOn: true, items: [{ featureId: MESSAGES, included: '5' }] });
    // Less than a card can be charged, so the payment provider refuses it.
    await createPlan(brim, { id: 'too_cheap', addOn: true, items: [{ featureId: MESSAGES, price: prepaid('0.10') }] });
  });
  afterAll(() => brim.close());

  const topUp = (customerId: string, quantity: string, more: Record<string, unknown> = {}) =>
    attach(brim, { customerId, planId: 'top_up', featureQuantities: wanting(quantity), ...more });
  const remaining = async (customerId: string) => (await balanceOf(brim, customerId)).remaining;

  it('with the same key gives the first purchase, before and after it is paid', async () => {
    await createCustomer(brim, 'key');
    const first = await topUp('key', '100', { idempotencyKey: 'k' });
    const again = await Promise.all([1, 2, 3].map(() => topUp('key', '100', { idempotencyKey: 'k' })));
    for (const each of again) expect(each).toMatchObject({ checkoutUrl: first.checkoutUrl, purchase: { id: first.purchase.id } });
    await answerPage(first.checkoutUrl);
    await untilStatus(brim, first.purchase.id, 'ACTIVE');
    expect(await topUp('key', '100', { idempotencyKey: 'k' })).toMatchObject({
      checkoutUrl: null,
      purchase: { id: first.purchase.id, status: 'ACTIVE' },
      balances: [{ remaining: '110' }],
    });
    expect(await remaining('key')).toBe('110');
  });

  it('with the same key and other input is refused with the key', async () => {
    await createCustomer(brim, 'conflict');
    await topUp('conflict', '100', { idempotencyKey: 'k1' });
    for (const other of [{ featureQuantities: wanting('200') }, { successUrl: 'https://app.example/' }, { metadata: { a: 1 } }]) {
      expect(await topUp('conflict', '100', { idempotencyKey: 'k1', ...other })).toMatchObject({
        __typename: 'IdempotencyConflictError',
        message: expect.stringContaining('"k1"'),
      });
    }
    // A key belongs to one customer.
    await createCustomer(brim, 'conflict_free');
    expect(await topUp('conflict_free', '200', { idempotencyKey: 'k1' })).toMatchObject({ __typename: 'AttachPlanSuccess' });
  });

  it('with the same key is done once where it costs nothing, also for many calls at once', async () => {
    await createCustomer(brim, 'gift_key');
    const give = (idempotencyKey: string) => attach(brim, { customerId: 'gift_key', planId: 'gift', idempotencyKey });
    const calls = await Promise.all(Array.from({ length: 8 }, () => give('g')));
    expect(new Set(calls.map(({ purchase }) => purchase.id)).size).toBe(1);
    expect(await remaining('gift_key')).toBe('15');
    await give('another');
    expect(await remaining('gift_key')).toBe('20');
  });

  it('with the key of an attach that the provider refused gives the same refusal', async () => {
    await createCustomer(brim, 'refused');
    const tooCheap = { customerId: 'refused', planId: 'too_cheap', featureQuantities: wanting('100'), idempotencyKey: 'k' };
    const first = await attach(brim, tooCheap);
    expect(first).toMatchObject({
      __typename: 'PaymentFailedError',
      message: expect.stringMatching(/at least \$0\.50 usd\. Nothing was charged\.$/),
      purchase: { status: 'FAILED' },
    });
    expect(await attach(brim, tooCheap)).toEqual(first);
    expect(await remaining('refused')).toBe('10');
  });

  // A key that found an open page is not stored: a retry with it opens another page once that page
  // was paid.
  it('with a key that found the page of another attach gives that purchase, also after it is paid', async () => {
    await createCustomer(brim, 'adopted');
    const first = await topUp('adopted', '100');
    const keyed = await topUp('adopted', '100', { idempotencyKey: 'k' });
    expect(keyed.purchase.id).toBe(first.purchase.id);
    await answerPage(first.checkoutUrl);
    await untilStatus(brim, first.purchase.id, 'ACTIVE');
    expect((await topUp('adopted', '100', { idempotencyKey: 'k' })).purchase.id).toBe(first.purchase.id);
  });

  it('with another key buys again: two purchases, two grants', async () => {
    await createCustomer(brim, 'twice');
    for (const expected of ['110', '210']) {
      const { checkoutUrl, purchase } = await topUp('twice', '100');
      await answerPage(checkoutUrl);
      expect((await untilStatus(brim, purchase.id, 'ACTIVE')).grants).toHaveLength(1);
      expect(await remaining('twice')).toBe(expected);
    }
  });

  it('is refused for a base plan that the customer has, with the purchase', async () => {
    await createCustomer(brim, 'base');
    const { customer } = await brim.data('{ customer(id: "base") { purchases { nodes { id } } } }');
    expect(await attach(brim, { customerId: 'base', planId: 'free' })).toEqual({
      __typename: 'PlanAlreadyAttachedError',
      message: 'The customer has the plan "free" already.',
      purchase: { id: customer.purchases.nodes[0].id, status: 'ACTIVE' },
    });
    expect(await remaining('base')).toBe('10');
  });

  it('is refused to a customer token where it costs nothing, also for many calls at once', async () => {
    await createCustomer(brim, 'browser');
    const token = await createCustomerToken(brim, 'browser', ['gift', 'top_up']);
    const calls = await Promise.all(Array.from({ length: 5 }, () => attach(brim, { planId: 'gift' }, token)));
    const taken = calls.filter(({ __typename }) => __typename === 'AttachPlanSuccess');
    expect(taken).toHaveLength(1);
    const refused = { __typename: 'PlanAlreadyAttachedError', purchase: { id: taken[0].purchase.id } };
    for (const call of calls.filter((each) => each !== taken[0])) expect(call).toMatchObject(refused);
    expect(await attach(brim, { planId: 'gift' }, token)).toMatchObject(refused);
    expect(await remaining('browser')).toBe('15');
    // The app may attach it any number of times.
    await attach(brim, { customerId: 'browser', planId: 'gift' });
    expect(await remaining('browser')).toBe('20');
  });

  it('many times at once with one key gives all callers one purchase, also of a base plan', async () => {
    await createPlan(brim, { id: 'base', group: 'keyed', items: [{ featureId: MESSAGES, included: '5' }] });
    // Each call starts more round trips later, so the first one is before, between and after their
    // steps.
    const late = async (trips: number, input: Record<string, unknown>) => {
      for (let trip = 0; trip < trips; trip += 1) await fetch(`${brim.url}/health`);
      return attach(brim, input);
    };
    for (const customerId of ['keyed_1', 'keyed_2', 'keyed_3']) {
      await createCustomer(brim, customerId);
      const input = { customerId, planId: 'base', idempotencyKey: 'once' };
      const answers = await Promise.all(Array.from({ length: 16 }, (_, index) => late(index, input)));
      const [{ purchase: first }] = answers;
      expect(answers.map(({ __typename, purchase }) => [__typename, purchase.id])).toEqual(
        answers.map(() => ['AttachPlanSuccess', first.id]),
      );
      expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '15' });
      const another = await attach(brim, { ...input, idempotencyKey: 'another' });
      expect(another).toMatchObject({ __typename: 'PlanAlreadyAttachedError' });
    }
  });

  it('names the free purchase to a customer token, and not a page that is open', async () => {
    await createCustomer(brim, 'both');
    const token = await createCustomerToken(brim, 'both', ['top_up']);
    const nothing = wanting('0');
    const free = await attach(brim, { planId: 'top_up', featureQuantities: nothing }, token);
    expect(free).toMatchObject({ checkoutUrl: null, purchase: { status: 'ACTIVE' } });
    await attach(brim, { planId: 'top_up', featureQuantities: wanting('100') }, token);
    expect(await attach(brim, { planId: 'top_up', featureQuantities: nothing }, token)).toMatchObject({
      __typename: 'PlanAlreadyAttachedError',
      purchase: { id: free.purchase.id },
    });
  });
});
