/** A customer token cancels what recurs, at the end of its period, and what is not paid yet. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { attach, buyRecurring, createCustomerToken, openShop, SEED, wanting } from '../support/shop.ts';

const CANCEL = `mutation ($input: CancelPurchaseInput!) { cancelPurchase(input: $input) {
  __typename ... on CancelPurchaseSuccess { outcome purchase { status cancelAtPeriodEnd } }
  ... on InvalidInputError { issues { path } }
} }`;

let brim: TestBrim;
let recurring: string;
let ada: string;
let bob: string;
beforeAll(async () => {
  const price = { amount: { amount: '20', currency: 'usd' }, interval: { unit: 'MONTH', count: 1 } };
  const pro = { id: 'pro', price, items: [{ featureId: 'premium_messages', included: '500' }] };
  brim = await openShop({ catalogue: { ...SEED, plans: [...SEED.plans, pro] } });
  ({ purchaseId: recurring } = await buyRecurring(brim, 'ada', 'pro'));
  await brim.data('mutation { createCustomer(input: { id: "bob" }) { __typename } }');
  ada = await createCustomerToken(brim, 'ada', ['top_up']);
  bob = await createCustomerToken(brim, 'bob', []);
});
afterAll(() => brim.close());

const cancel = async (purchaseId: string, when: 'NOW' | 'PERIOD_END', credential: string) =>
  (await brim.data(CANCEL, { input: { purchaseId, when } }, credential)).cancelPurchase;

it('is nothing of another customer', async () => {
  for (const id of [recurring, 'pur_unknown'])
    expect(await cancel(id, 'PERIOD_END', bob)).toEqual({ __typename: 'PurchaseNotFoundError' });
});

it('is not what was paid, now', async () => {
  expect(await cancel(recurring, 'NOW', ada)).toEqual({ __typename: 'InvalidInputError', issues: [{ path: ['when'] }] });
});

it('is what recurs, at the end of its period, once or twice', async () => {
  for (let time = 0; time < 2; time += 1)
    expect(await cancel(recurring, 'PERIOD_END', ada)).toMatchObject({
      outcome: 'SCHEDULED',
      purchase: { status: 'ACTIVE', cancelAtPeriodEnd: true },
    });
});

it('is not a plan that is free', async () => {
  const { nodes } = await brim.app.domain.purchases.page({ customerId: 'bob', first: 1 });
  expect(await cancel(String(nodes[0]?.id), 'PERIOD_END', bob)).toEqual({
    __typename: 'InvalidInputError',
    issues: [{ path: ['purchaseId'] }],
  });
});

it('is what is not paid yet, at once', async () => {
  const { purchase } = await attach(brim, { planId: 'top_up', featureQuantities: wanting('100'), checkout: 'ALWAYS' }, ada);
  expect(await cancel(purchase.id, 'PERIOD_END', ada)).toMatchObject({ outcome: 'ENDED', purchase: { status: 'CANCELED' } });
});
