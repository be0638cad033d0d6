import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import {
  activeOf,
  answerPage,
  attach,
  balanceOf,
  cancelPurchase,
  createCustomer,
  createCustomerToken,
  createPlan,
  MESSAGES,
  openShop,
  prepaid,
  untilStatus,
  wanting,
} from '../support/shop.ts';

describe('a free plan, which a customer token can take once,', () => {
  let brim: TestBrim;
  beforeAll(async () => {
    brim = await openShop();
    await createPlan(brim, { id: 'gift', addOn: true, items: [{ featureId: MESSAGES, included: '5' }] });
    await createPlan(brim, { id: 'starter', group: 'start', items: [{ featureId: MESSAGES, included: '20' }] });
    await createPlan(brim, { id: 'mixed', addOn: true, items: [{ featureId: MESSAGES, included: '100', price: prepaid('10') }] });
  });
  afterAll(() => brim.close());

  async function open(customerId: string) {
    await createCustomer(brim, customerId);
    const token = await createCustomerToken(brim, customerId, ['gift', 'starter', 'mixed', 'free']);
    return {
      take: (planId: string, quantity?: string) =>
        attach(brim, { planId, ...(quantity === undefined ? {} : { featureQuantities: wanting(quantity) }) }, token),
      give: (planId: string) => attach(brim, { customerId, planId }),
    };
  }

  test('is refused where the server attached it, and the error says that the customer has it', async () => {
    const { take, give } = await open('ada');
    const { purchase } = await give('gift');
    expect(await take('gift')).toMatchObject({
      __typename: 'PlanAlreadyAttachedError',
      message: 'The customer has the plan "gift" already.',
      purchase: { id: purchase.id, status: 'ACTIVE' },
    });
    expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '15' });
    // The server may give it again.
    expect(await give('gift')).toMatchObject({ __typename: 'AttachPlanSuccess' });
  });

  test('is refused where it was auto-enabled and canceled, and the error says that the customer had it', async () => {
    const { take } = await open('bob');
    const [id = ''] = await activeOf(brim, 'bob', 'free');
    await cancelPurchase(brim, id, 'NOW');
    expect(await take('free')).toMatchObject({
      __typename: 'PlanAlreadyAttachedError',
      message:
        'The customer had the plan "free" before: a customer token can take a plan that costs nothing once, and the app\'s server can attach it again.',
      purchase: { id, status: 'CANCELED' },
    });
    expect(await balanceOf(brim, 'bob')).toMatchObject({ remaining: '0' });
  });

  test('is refused where the customer bought it before', async () => {
    const { take } = await open('cid');
    const { purchase, checkoutUrl } = await take('mixed', '200');
    await answerPage(checkoutUrl);
    await untilStatus(brim, purchase.id, 'ACTIVE');
    expect(await take('mixed', '100')).toMatchObject({ __typename: 'PlanAlreadyAttachedError', purchase: { id: purchase.id } });
    expect(await take('mixed', '200')).toMatchObject({ __typename: 'AttachPlanSuccess', purchase: { status: 'PENDING' } });
    expect(await balanceOf(brim, 'cid')).toMatchObject({ remaining: '210' });
  });

  test('is taken once by many clicks at once, and by the server and the browser at once', async () => {
    const { take, give } = await open('dan');
    const answers = await Promise.all([...Array.from({ length: 6 }, () => take('starter')), give('starter')]);
    expect(answers.filter(({ __typename }) => __typename === 'AttachPlanSuccess')).toHaveLength(1);
    expect(answers.filter(({ __typename }) => __typename === 'PlanAlreadyAttachedError')).toHaveLength(6);
    expect(await balanceOf(brim, 'dan')).toMatchObject({ remaining: '30' });
  });
});
