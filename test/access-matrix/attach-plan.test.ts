import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attach, MESSAGES } from '../support/shop.ts';
import { ASK } from './ask.ts';
import { ADA, BOB, type Fixture, openFixture } from './fixture.ts';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

const ATTACH = `mutation ($input: AttachPlanInput!) { attachPlan(input: $input) {
  __typename ... on Error { message } ... on AttachPlanSuccess { purchase { customer { id } status } balances { customer { id } } }
} }`;
const QUANTITIES = [{ featureId: MESSAGES, quantity: '100' }];

describe.each(ASK)('attachPlan with a customer token, over %s', (_transport, ask) => {
  const attachAs = async (input: Record<string, unknown>, credential = fixture.token) => {
    const { data, codes } = await ask(fixture.brim, { query: ATTACH, variables: { input }, credential });
    return { ...data?.attachPlan, codes };
  };

  it('attaches a plan that was named when the token was made, to its own customer', async () => {
    const attached = await attachAs({ planId: 'top_up', featureQuantities: QUANTITIES });
    expect(attached).toMatchObject({ __typename: 'AttachPlanSuccess', purchase: { customer: { id: ADA }, status: 'PENDING' } });
    expect(attached.balances).toEqual([{ customer: { id: ADA } }]);
  });

  it.each([
    ['on sale, and not named', { planId: 'gift' }],
    ['held, and not named', { planId: 'free' }],
    ['pending, and not named', { planId: 'bulk', featureQuantities: QUANTITIES }],
    ['archived', { planId: 'stripes' }],
    ['unknown', { planId: 'nothing' }],
  ])('does not find a plan that is %s', async (_what, input) => {
    expect(await attachAs(input)).toMatchObject({ __typename: 'PlanNotFoundError' });
  });

  it('finds no customer but its own, for every plan', async () => {
    for (const customerId of [BOB, 'nobody'])
      expect(await attachAs({ customerId, planId: 'top_up', featureQuantities: QUANTITIES })).toMatchObject({
        __typename: 'CustomerNotFoundError',
      });
  });

  it('attaches nothing with a token that names no plan', async () => {
    expect(await attachAs({ planId: 'top_up', featureQuantities: QUANTITIES }, await fixture.tokenFor(ADA))).toMatchObject({
      __typename: 'PlanNotFoundError',
    });
  });
});

describe('the key of an attach that the app sent', () => {
  it('gives a token that does not name its plan nothing', async () => {
    const input = { planId: 'bulk', featureQuantities: QUANTITIES, idempotencyKey: 'of the app' };
    expect(await attach(fixture.brim, { ...input, customerId: ADA })).toMatchObject({ __typename: 'AttachPlanSuccess' });
    expect(await attach(fixture.brim, input, fixture.token)).toMatchObject({ __typename: 'PlanNotFoundError' });
  });
});

describe('a free plan', () => {
  it('is attached with a customer token once, however often that is tried', async () => {
    const token = await fixture.tokenFor(ADA, 'gift');
    const tries = await Promise.all(Array.from({ length: 6 }, () => attach(fixture.brim, { planId: 'gift' }, token)));
    expect(tries.map(({ __typename }) => __typename).sort()).toEqual([
      'AttachPlanSuccess',
      ...Array.from({ length: 5 }, () => 'PlanAlreadyAttachedError'),
    ]);
    expect(await attach(fixture.brim, { planId: 'gift', customerId: ADA })).toMatchObject({ __typename: 'AttachPlanSuccess' });
    expect(await attach(fixture.brim, { planId: 'gift' }, token)).toMatchObject({ __typename: 'PlanAlreadyAttachedError' });
  });
});

describe('the metadata of a payment', () => {
  it('comes from the app only: what a browser sends is left out', async () => {
    const token = await fixture.tokenFor(BOB, 'top_up');
    const input = { planId: 'top_up', featureQuantities: QUANTITIES, metadata: { discount: 'everything' } };
    const { purchase } = await attach(fixture.brim, input, token);
    const { checkout } = (await fixture.brim.app.domain.purchases.find(purchase.id)) ?? {};
    expect(checkout?.metadata).toEqual({});
  });
});
