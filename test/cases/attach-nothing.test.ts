import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { autumnOf, refusalOf } from '../support/autumn.ts';
import type { TestBrim } from '../support/brim.ts';
import {
  attach,
  createCustomer,
  createCustomerToken,
  createPlan,
  MESSAGES,
  openShop,
  plansOf,
  prepaid,
  wanting,
} from '../support/shop.ts';

const SAYS = `must say how much is bought, for instance "100" of "${MESSAGES}": the plan "top_up" includes nothing`;

describe('an attach that names no quantity of a plan that includes nothing', () => {
  let brim: TestBrim;
  beforeAll(async () => {
    brim = await openShop();
    await createPlan(brim, {
      id: 'fine',
      addOn: true,
      price: { amount: { amount: '5', currency: 'usd' } },
      items: [{ featureId: MESSAGES, price: prepaid('0.01', '1') }],
    });
    await createPlan(brim, { id: 'cheap', addOn: true, items: [{ featureId: MESSAGES, price: prepaid('0.01', '1') }] });
    await createCustomer(brim, 'ada');
  });
  afterAll(() => brim.close());

  test('is refused at featureQuantities, with a quantity that would be accepted; nothing is recorded', async () => {
    for (const nothing of [{}, { featureQuantities: null }, { featureQuantities: [] }]) {
      expect(await attach(brim, { customerId: 'ada', planId: 'top_up', ...nothing })).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [{ path: ['featureQuantities'], message: SAYS }],
      });
    }
    expect(await plansOf(brim, 'ada')).toEqual(['free ACTIVE']);
    const bought = await attach(brim, { customerId: 'ada', planId: 'top_up', featureQuantities: wanting('100') });
    expect(bought).toMatchObject({ purchase: { total: { amount: '10' } } });
  });

  test('is refused to a customer token, and by previewAttach', async () => {
    const token = await createCustomerToken(brim, 'ada', ['top_up']);
    expect(await attach(brim, { planId: 'top_up' }, token)).toMatchObject({ __typename: 'InvalidInputError' });
    const { data, errors } = await brim.query(
      '{ previewAttach(input: { customerId: "ada", planId: "top_up" }) { total { amount } } }',
    );
    expect(data).toEqual({ previewAttach: null });
    expect(errors).toMatchObject([{ message: `featureQuantities: ${SAYS}`, extensions: { code: 'INVALID_INPUT' } }]);
  });

  test('is refused where only the plan itself would be paid for, with a quantity that can be charged', async () => {
    expect(await attach(brim, { customerId: 'ada', planId: 'fine' })).toMatchObject({
      issues: [{ path: ['featureQuantities'], message: expect.stringContaining(`"1" of "${MESSAGES}"`) }],
    });
    const refused = await attach(brim, { customerId: 'ada', planId: 'cheap' });
    const [, quantity = ''] = /for instance "(\d+)"/.exec(refused.issues[0].message) ?? [];
    expect(await attach(brim, { customerId: 'ada', planId: 'cheap', featureQuantities: wanting(quantity) })).toMatchObject({
      __typename: 'AttachPlanSuccess',
      purchase: { status: 'PENDING', total: { amount: '0.5' } },
    });
  });

  test('is refused over /v1 with its own error', async () => {
    const { billing } = autumnOf(brim);
    const input = { customerId: 'ada', planId: 'top_up' };
    const refusal = { statusCode: 400, code: 'invalid_input', message: `feature_quantities: ${SAYS}` };
    expect(await refusalOf(billing.attach(input))).toMatchObject(refusal);
    expect(await refusalOf(billing.previewAttach(input))).toMatchObject(refusal);
  });

  test('is accepted where it names the quantity 0', async () => {
    await createCustomer(brim, 'zoe');
    expect(await attach(brim, { customerId: 'zoe', planId: 'top_up', featureQuantities: wanting('0') })).toMatchObject({
      __typename: 'AttachPlanSuccess',
      purchase: { status: 'ACTIVE', total: null, featureQuantities: [{ quantity: '0' }] },
      checkoutUrl: null,
    });
  });
});
