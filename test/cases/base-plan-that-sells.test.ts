import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import {
  activeOf,
  amountsOf,
  answerPage,
  attach,
  balanceOf,
  cancelPurchase,
  check,
  createCustomer,
  createFeature,
  createPlan,
  plansOf,
  prepaid,
  stoppedClock,
  track,
  untilStatus,
  wanting,
} from '../support/shop.ts';

const WORDS = 'words';
const MONTHLY = { unit: 'MONTH' };
const price = (amount: string) => ({ amount: { amount, currency: 'usd' } });

let brim: TestBrim;
const time = stoppedClock('2026-01-31T00:00:00.000Z');
beforeAll(async () => {
  brim = await openBrim({ clock: time.clock });
  await createFeature(brim, WORDS);
  const words = (item: object) => [{ featureId: WORDS, ...item }];
  await createPlan(brim, { id: 'free', group: 'main', autoEnable: true, items: words({ included: '10' }) });
  // It includes 100 a month, and sells more at $10 per 100.
  await createPlan(brim, {
    id: 'writer',
    group: 'main',
    items: words({ included: '100', reset: MONTHLY, price: prepaid('10') }),
  });
  await createPlan(brim, { id: 'team', group: 'main', items: words({ included: '500', reset: MONTHLY }) });
  await createPlan(brim, {
    id: 'pro',
    group: 'paid',
    price: price('20'),
    items: words({ included: '100', reset: MONTHLY, price: prepaid('10') }),
  });
});
afterAll(() => brim.close());

/** Attaches, pays, and returns the purchase. */
async function buy(customerId: string, planId: string, quantity?: string): Promise<{ id: string; total: string }> {
  const featureQuantities = quantity === undefined ? [] : wanting(quantity, WORDS);
  const { purchase, checkoutUrl } = await attach(brim, { customerId, planId, featureQuantities });
  await answerPage(checkoutUrl);
  await untilStatus(brim, purchase.id, 'ACTIVE');
  return { id: purchase.id, total: purchase.total.amount };
}

const words = (customerId: string) => balanceOf(brim, customerId, WORDS);

describe('a base plan that sells something', () => {
  test('replaces the free plan when it is paid, and not before; bought units add to included ones', async () => {
    await createCustomer(brim, 'ada');
    const { checkoutUrl, purchase } = await attach(brim, {
      customerId: 'ada',
      planId: 'writer',
      featureQuantities: wanting('300', WORDS),
    });
    expect(purchase.total).toEqual({ amount: '20', currency: 'usd' });
    expect(await plansOf(brim, 'ada')).toEqual(expect.arrayContaining(['writer PENDING', 'free ACTIVE']));
    await answerPage(checkoutUrl);
    await untilStatus(brim, purchase.id, 'ACTIVE');
    expect(await plansOf(brim, 'ada')).toEqual(expect.arrayContaining(['writer ACTIVE', 'free CANCELED']));
    expect(await words('ada')).toMatchObject({ granted: '300', remaining: '300' });
    expect(await amountsOf(brim, 'ada')).toEqual(['GRANT 10', 'VOID -10', 'GRANT 100', 'GRANT 200']);
  });

  test('gives what it includes once, also where it is bought repeatedly: one reset a month', async () => {
    time.goTo('2026-01-31T00:00:00.000Z');
    await createCustomer(brim, 'bea');
    await buy('bea', 'writer', '200');
    // 200 is still the total with the 100 that are included, so 100 are bought.
    expect(await buy('bea', 'writer', '200')).toMatchObject({ total: '10' });
    expect(await buy('bea', 'writer', '300')).toMatchObject({ total: '20' });
    expect(await words('bea')).toMatchObject({ granted: '500', remaining: '500' });
    await track(brim, { customerId: 'bea', featureId: WORDS, value: '450' });
    time.goTo('2026-02-28T00:00:00.000Z');
    expect(await words('bea')).toMatchObject({ remaining: '150' });
    time.goTo('2026-03-31T00:00:00.000Z');
    expect(await words('bea')).toMatchObject({ remaining: '150' });
    expect((await activeOf(brim, 'bea', 'writer')).length).toBe(3);
  });

  test('is PlanAlreadyAttachedError where the customer has it and asks for no more than is included', async () => {
    await createCustomer(brim, 'cid');
    const first = await attach(brim, { customerId: 'cid', planId: 'writer' });
    expect(first).toMatchObject({ __typename: 'AttachPlanSuccess', checkoutUrl: null, purchase: { status: 'ACTIVE' } });
    for (const featureQuantities of [[], wanting('0', WORDS), wanting('100', WORDS)]) {
      expect(await attach(brim, { customerId: 'cid', planId: 'writer', featureQuantities })).toMatchObject({
        __typename: 'PlanAlreadyAttachedError',
        purchase: { id: first.purchase.id, status: 'ACTIVE' },
      });
    }
    expect(await words('cid')).toMatchObject({ granted: '100', remaining: '100' });
  });

  test('is replaced by another: what it includes is voided once, and what was bought stays', async () => {
    await createCustomer(brim, 'dan');
    await buy('dan', 'writer', '200');
    await buy('dan', 'writer', '200');
    await track(brim, { customerId: 'dan', featureId: WORDS, value: '30' });
    await attach(brim, { customerId: 'dan', planId: 'team' });
    expect(await words('dan')).toMatchObject({ granted: '700', remaining: '700' });
    expect(await plansOf(brim, 'dan')).toEqual(
      expect.arrayContaining(['team ACTIVE', 'writer ACTIVE', 'writer CANCELED', 'free CANCELED']),
    );
  });

  test('is canceled: the free plan comes back, and what was bought stays; canceling a purchase of more takes nothing', async () => {
    await createCustomer(brim, 'eve');
    const { id } = await buy('eve', 'writer', '200');
    const more = await buy('eve', 'writer', '300');
    const { customer } = await brim.data('{ customer(id: "eve") { purchases { nodes { id holdsPlan plan { id } } } } }');
    expect(customer.purchases.nodes).toEqual(
      expect.arrayContaining([
        { id, holdsPlan: true, plan: { id: 'writer' } },
        { id: more.id, holdsPlan: false, plan: { id: 'writer' } },
      ]),
    );
    expect(await cancelPurchase(brim, more.id, 'PERIOD_END')).toMatchObject({ __typename: 'InvalidInputError' });
    await cancelPurchase(brim, more.id, 'NOW');
    expect(await words('eve')).toMatchObject({ remaining: '400' });
    await cancelPurchase(brim, id, 'NOW');
    expect(await words('eve')).toMatchObject({ remaining: '310', granted: '310' });
    expect(await activeOf(brim, 'eve', 'free')).toHaveLength(1);
  });

  test('with a price of its own is not charged twice: a customer who has it only buys more', async () => {
    await createCustomer(brim, 'fay');
    expect(await buy('fay', 'pro')).toMatchObject({ total: '20' });
    const seen = await brim.data(
      'query ($q: [FeatureQuantityInput!]) { previewAttach(input: { customerId: "fay", planId: "pro", featureQuantities: $q }) { total { amount } grants { quantity } lines { quantity } } }',
      { q: wanting('200', WORDS) },
    );
    expect(seen.previewAttach).toEqual({ total: { amount: '10' }, grants: [{ quantity: '100' }], lines: [{ quantity: '100' }] });
    expect(await buy('fay', 'pro', '200')).toMatchObject({ total: '10' });
    expect(await words('fay')).toMatchObject({ granted: '210' });
  });

  test('gives a late payment what was bought and no second month, where the customer has the plan by then', async () => {
    await createCustomer(brim, 'gus');
    const { purchase, checkoutUrl } = await attach(brim, {
      customerId: 'gus',
      planId: 'writer',
      featureQuantities: wanting('300', WORDS),
    });
    await attach(brim, { customerId: 'gus', planId: 'writer', featureQuantities: wanting('100', WORDS) });
    await answerPage(checkoutUrl);
    await untilStatus(brim, purchase.id, 'ACTIVE');
    expect(await words('gus')).toMatchObject({ granted: '300', remaining: '300' });
    const { purchase: activated } = await brim.data(
      'query ($id: ID!) { purchase(id: $id) { featureQuantities { quantity } grants { granted } } }',
      { id: purchase.id },
    );
    expect(activated).toEqual({ featureQuantities: [{ quantity: '200' }], grants: [{ granted: '200' }] });
  });

  test('gives a late payment for more what was bought and not the plan, where the plan has ended by then', async () => {
    await createCustomer(brim, 'hal');
    const { purchase: held } = await attach(brim, { customerId: 'hal', planId: 'writer' });
    const { purchase, checkoutUrl } = await attach(brim, {
      customerId: 'hal',
      planId: 'writer',
      featureQuantities: wanting('200', WORDS),
    });
    await cancelPurchase(brim, held.id, 'NOW');
    await answerPage(checkoutUrl);
    await untilStatus(brim, purchase.id, 'ACTIVE');
    expect(await words('hal')).toMatchObject({ granted: '110', remaining: '110' });
    expect(await attach(brim, { customerId: 'hal', planId: 'writer' })).toMatchObject({ __typename: 'AttachPlanSuccess' });
  });

  test('offers a customer who has it the prices of buying more, for what is missing', async () => {
    await createCustomer(brim, 'ivy');
    await attach(brim, { customerId: 'ivy', planId: 'writer' });
    const { offers, shortfall } = await check(brim, { customerId: 'ivy', featureId: WORDS, required: '250' });
    expect(shortfall).toBe('150');
    const offer = offers.find(({ plan }: { plan: { id: string } }) => plan.id === 'writer');
    expect(offer).toMatchObject({ quantity: '300', price: { amount: '20' } });
    await buy('ivy', 'writer', offer.quantity);
    expect(await check(brim, { customerId: 'ivy', featureId: WORDS, required: '250' })).toMatchObject({ allowed: true });
  });

  test('has the kind BASE, and top-ups have ONE_OFF', async () => {
    const kinds: [object, string][] = [
      [{ items: [{ featureId: WORDS, included: '5' }] }, 'BASE'],
      [{ items: [{ featureId: WORDS, included: '100', reset: MONTHLY, price: prepaid('10') }] }, 'BASE'],
      [{ price: price('5'), items: [{ featureId: WORDS, included: '5', reset: MONTHLY }] }, 'BASE'],
      [{ price: price('5'), items: [{ featureId: WORDS, included: '5' }] }, 'ONE_OFF'],
      [{ items: [{ featureId: WORDS, included: '100', price: prepaid('10') }] }, 'ONE_OFF'],
      [{ addOn: true, items: [{ featureId: WORDS, included: '100', reset: MONTHLY, price: prepaid('10') }] }, 'ADD_ON'],
    ];
    for (const [index, [terms]] of kinds.entries())
      await createPlan(brim, { id: `kind_${index}`, group: `kind_${index}`, ...terms });
    const found = await Promise.all(kinds.map((_, index) => brim.data(`{ plan(id: "kind_${index}") { kind } }`)));
    expect(found.map(({ plan }) => plan.kind)).toEqual(kinds.map(([, kind]) => kind));
  });
});
