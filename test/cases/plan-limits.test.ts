/** Usage limits that come with a plan, for as long as a customer has it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import {
  activeOf,
  attach,
  cancelPurchase,
  check,
  createCustomer,
  createPlan,
  grant,
  MESSAGES,
  openShop,
  pay,
  removeUsageLimit,
  setUsageLimit,
  track,
  untilStatus,
  usageLimitsOf,
  wanting,
} from '../support/shop.ts';

const YEAR = { unit: 'YEAR', count: 1 };
const MONTH = { unit: 'MONTH', count: 1 };
const yearly = (max: string) => ({ per: YEAR, max });
const IMAGES = 'images';

let brim: TestBrim;
beforeAll(async () => {
  brim = await openShop({
    catalogue: {
      features: [
        { id: MESSAGES, name: 'Premium messages', type: 'METERED' },
        IMAGES,
        { id: 'gold', name: 'Gold', type: 'CREDIT_SYSTEM', creditCosts: [{ featureId: IMAGES, cost: '2' }] },
      ],
      plans: [
        { id: 'free', autoEnable: true, items: [{ featureId: MESSAGES, included: '100', usageLimit: yearly('5') }] },
        { id: 'pro', items: [{ featureId: MESSAGES, unlimited: true, usageLimit: yearly('50') }] },
        { id: 'open', items: [{ featureId: MESSAGES, unlimited: true }] },
        { id: 'drawn', group: 'drawing', items: [{ featureId: IMAGES, usageLimit: yearly('3') }] },
        {
          id: 'paid',
          price: { amount: { amount: '20', currency: 'usd' }, interval: MONTH },
          items: [{ featureId: MESSAGES, included: '1000', usageLimit: yearly('70') }],
        },
        {
          id: 'for_life',
          price: { amount: { amount: '20', currency: 'usd' } },
          items: [{ featureId: MESSAGES, included: '1000', reset: MONTH, usageLimit: yearly('60') }],
        },
        {
          id: 'seats',
          addOn: true,
          items: [
            {
              featureId: MESSAGES,
              price: { amount: { amount: '2', currency: 'usd' }, method: 'PREPAID', interval: MONTH },
              usageLimit: yearly('9'),
            },
          ],
        },
      ],
    },
  });
});
afterAll(() => brim.close());

/** What the limits of a customer allow and what is used, each with the plan that sets it. */
async function limitsOf(customerId: string): Promise<readonly string[]> {
  const limits = await usageLimitsOf(brim, customerId);
  return limits.map(
    ({ purchase, used, max }: { purchase: { plan: { id: string } } | null; used: string; max: string }) =>
      `${purchase?.plan.id ?? 'own'} ${used}/${max}`,
  );
}
const use = (customerId: string, value: string) => track(brim, { customerId, value });

describe('a limit of a plan', () => {
  it('rules from when the customer has the plan until it ends, and counts on across a change of plan', async () => {
    await createCustomer(brim, 'ada');
    expect(await limitsOf('ada')).toEqual(['free 0/5']);
    expect(await use('ada', '7')).toMatchObject({ applied: '5', shortfall: '2' });
    const { purchase: pro } = await attach(brim, { customerId: 'ada', planId: 'pro' });
    expect(await limitsOf('ada')).toEqual(['pro 5/50']);
    expect(await use('ada', '70')).toMatchObject({ applied: '45' });
    await cancelPurchase(brim, pro.id);
    // The free plan came back, and with it its limit, which is used up.
    expect(await limitsOf('ada')).toEqual(['free 50/5']);
    expect(await use('ada', '1')).toMatchObject({ applied: '0' });
    await attach(brim, { customerId: 'ada', planId: 'open' });
    expect(await limitsOf('ada')).toEqual([]);
    expect(await use('ada', '70')).toMatchObject({ applied: '70' });
  });

  it('and one of the customer rule both: the tighter one decides, and only the own one can be removed', async () => {
    const customerId = 'bob';
    await createCustomer(brim, customerId);
    const { usageLimit: own } = await setUsageLimit(brim, { customerId, per: YEAR, max: '3' });
    expect(await limitsOf(customerId)).toEqual(['free 0/5', 'own 0/3']);
    expect(await use(customerId, '9')).toMatchObject({ applied: '3' });
    await setUsageLimit(brim, { customerId, per: YEAR, max: '30' });
    expect(await use(customerId, '9')).toMatchObject({ applied: '2' });
    const [ofPlan] = await usageLimitsOf(brim, customerId);
    expect(await check(brim, { customerId })).toMatchObject({ allowed: false, limitedBy: { id: ofPlan.id } });
    const says = /^is set by the plan of the purchase pu_\w+: it ends with the purchase$/;
    expect(await removeUsageLimit(brim, ofPlan.id)).toMatchObject({
      issues: [{ path: ['id'], message: expect.stringMatching(says) }],
    });
    await removeUsageLimit(brim, own.id);
    expect(await limitsOf(customerId)).toEqual(['free 5/5']);
  });

  it('of a feature of which the plan gives nothing bounds what credits pay', async () => {
    const customerId = 'cleo';
    await createCustomer(brim, customerId);
    await grant(brim, { customerId, featureId: 'gold', amount: '100' });
    await attach(brim, { customerId, planId: 'drawn' });
    expect(await track(brim, { customerId, featureId: IMAGES, value: '4' })).toMatchObject({ applied: '3', shortfall: '1' });
    expect(await check(brim, { customerId, featureId: IMAGES })).toMatchObject({
      allowed: false,
      shortfall: '2',
      limitedBy: { remaining: '0' },
      feature: { id: 'gold' },
    });
  });

  it('is that of the version which the customer has', async () => {
    await createCustomer(brim, 'dora');
    await createPlan(brim, { id: 'late', group: 'g', items: [{ featureId: MESSAGES, included: '1', usageLimit: yearly('40') }] });
    await attach(brim, { customerId: 'dora', planId: 'late' });
    const items = [{ featureId: MESSAGES, included: '1', usageLimit: yearly('80') }];
    const { updatePlan } = await brim.data(
      'mutation ($input: UpdatePlanInput!) { updatePlan(input: $input) { ... on UpdatePlanSuccess { plan { version items { usageLimit { max per { unit count } } } } } } }',
      { input: { id: 'late', items } },
    );
    expect(updatePlan.plan).toEqual({ version: 2, items: [{ usageLimit: { max: '80', per: YEAR } }] });
    expect(await limitsOf('dora')).toEqual(['free 0/5', 'late 0/40']);
  });

  it('of a plan that is paid once comes with the payment, and goes with a full refund', async () => {
    await createCustomer(brim, 'ella');
    const { purchase, checkoutUrl } = await attach(brim, { customerId: 'ella', planId: 'for_life' });
    expect(await limitsOf('ella')).toEqual(['free 0/5']);
    await pay(checkoutUrl);
    await untilStatus(brim, purchase.id, 'ACTIVE');
    expect(await limitsOf('ella')).toEqual(['for_life 0/60']);
    const refund = async (amount?: string) => {
      const part = amount === undefined ? {} : { amount: { amount, currency: 'usd' } };
      const { refundPurchase } = await brim.data(
        `mutation ($input: RefundPurchaseInput!) { refundPurchase(input: $input) {
          ... on RefundPurchaseSuccess { purchase { status } } ... on Error { message } } }`,
        { input: { purchaseId: purchase.id, ...part } },
      );
      return refundPurchase;
    };
    expect(await refund('5')).toEqual({ purchase: { status: 'ACTIVE' } });
    expect(await limitsOf('ella')).toEqual(['for_life 0/60']);
    expect(await refund()).toEqual({ purchase: { status: 'REFUNDED' } });
    expect(await limitsOf('ella')).toEqual(['free 0/5']);
  });

  it('of a plan that is paid each month comes with the payment, and goes with its end', async () => {
    await createCustomer(brim, 'eva');
    const { purchase, checkoutUrl } = await attach(brim, { customerId: 'eva', planId: 'paid' });
    expect(await limitsOf('eva')).toEqual(['free 0/5']);
    await pay(checkoutUrl);
    await untilStatus(brim, purchase.id, 'ACTIVE');
    expect(await limitsOf('eva')).toEqual(['paid 0/70']);
    await cancelPurchase(brim, purchase.id);
    await untilStatus(brim, purchase.id, 'CANCELED');
    expect(await limitsOf('eva')).toEqual(['free 0/5']);
  });

  it('of an add-on that recurs rules once, also after another quantity took its place', async () => {
    await createCustomer(brim, 'fay');
    for (const quantity of ['10', '20']) {
      const bought = await attach(brim, { customerId: 'fay', planId: 'seats', featureQuantities: wanting(quantity) });
      if (bought.checkoutUrl) await pay(bought.checkoutUrl);
      await untilStatus(brim, bought.purchase.id, 'ACTIVE');
    }
    expect(await activeOf(brim, 'fay', 'seats')).toHaveLength(1);
    expect(await limitsOf('fay')).toEqual(['free 0/5', 'seats 0/9']);
  });
});
