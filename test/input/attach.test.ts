import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlan, MESSAGES, prepaid, wanting } from '../support/shop.ts';
import { expectError, expectIssue, type Fixture, openFixture } from './fixture.ts';

describe('an invalid attach', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await openFixture();
    const limited = { ...prepaid('10'), maxPurchase: '500' };
    await createPlan(fixture.brim, {
      id: 'limited',
      addOn: true,
      items: [{ featureId: MESSAGES, included: '100', price: limited }],
    });
    await createPlan(fixture.brim, { id: 'gift', addOn: true, items: [{ featureId: MESSAGES, included: '5' }] });
    await createPlan(fixture.brim, { id: 'gone', addOn: true, items: [{ featureId: MESSAGES, included: '5' }] });
    await fixture.send('archivePlan', { id: 'gone' });
  });
  afterAll(() => fixture.close());

  const attach = (change: Record<string, unknown>) =>
    fixture.send('attachPlan', { customerId: 'payer', planId: 'top_up', ...change });

  it.each<[name: string, change: Record<string, unknown>, path: (string | number)[], says: string]>([
    [
      'of more than can be bought at once',
      { planId: 'limited', featureQuantities: wanting('601') },
      ['featureQuantities', 0, 'quantity'],
      'must buy at most 500 at once; this would buy 600',
    ],
    [
      'of one feature twice',
      { featureQuantities: [...wanting('100'), ...wanting('200')] },
      ['featureQuantities', 1, 'featureId'],
      'must be named once',
    ],
    [
      'of a feature without a price',
      { planId: 'gift', featureQuantities: wanting('5') },
      ['featureQuantities', 0, 'featureId'],
      'must be a feature that the plan "gift" has a price for',
    ],
    [
      'of a feature that the plan has not',
      { featureQuantities: wanting('5', 'nothing') },
      ['featureQuantities', 0, 'featureId'],
      'must be a feature that the plan "top_up" has a price for',
    ],
    [
      'of 101 features',
      { featureQuantities: Array.from({ length: 101 }, () => wanting('1')[0]) },
      ['featureQuantities'],
      'must be at most 100',
    ],
    ['with a page where nothing is to be paid', { planId: 'gift', checkout: 'ALWAYS' }, ['checkout'], 'use IF_REQUIRED'],
    [
      'without a page where something is to be paid',
      { featureQuantities: wanting('100'), checkout: 'NEVER' },
      ['checkout'],
      'has no saved payment method',
    ],
    ['that ends in a script', { successUrl: 'javascript:alert(1)' }, ['successUrl'], 'must be an http or https URL'],
    ['that is canceled to nowhere', { cancelUrl: '/plans' }, ['cancelUrl'], 'must be an http or https URL'],
    [
      'that ends very far away',
      { successUrl: `https://a.example/${'x'.repeat(2_000)}` },
      ['successUrl'],
      'at most 2000 characters',
    ],
    ['with an empty key', { idempotencyKey: '' }, ['idempotencyKey'], 'must be 1 to 200 printable characters'],
    ['with a long key', { idempotencyKey: 'k'.repeat(201) }, ['idempotencyKey'], 'must be 1 to 200 printable characters'],
    ['with NUL in its key', { idempotencyKey: 'a\u0000' }, ['idempotencyKey'], 'must be 1 to 200 printable characters'],
    ['with facts in facts', { metadata: { a: { b: 1 } } }, ['metadata', 'a'], 'must be a string, number or boolean'],
    ['with a long fact', { metadata: { a: 'x'.repeat(501) } }, ['metadata', 'a'], 'at most 500 characters'],
    ['with a fact that says nothing', { metadata: { a: '' } }, ['metadata', 'a'], 'must not be empty'],
    ['with a fact of spaces', { metadata: { a: ' ' } }, ['metadata', 'a'], 'must not be empty'],
    ['with a name of ours', { metadata: { brim_purchase_id: 'pu_1' } }, ['metadata'], 'must not begin with brim_'],
    ['with brackets in a name', { metadata: { 'a[0]': 1 } }, ['metadata'], 'no square brackets'],
    [
      'with 41 facts',
      { metadata: Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`fact_${index}`, 1])) },
      ['metadata'],
      'must have at most 40 keys',
    ],
  ])('%s', async (_name, change, path, says) => {
    expectIssue(await fixture.withoutWriting(() => attach(change)), path, says);
  });

  it('of a plan that is archived', async () => {
    expect(await fixture.withoutWriting(() => attach({ planId: 'gone' }))).toEqual({
      __typename: 'PlanNotFoundError',
      message: 'There is no plan on sale with the id "gone".',
    });
  });

  it('without a customer, with a secret key', async () => {
    expectIssue(
      await fixture.withoutWriting(() => attach({ customerId: null })),
      ['customerId'],
      'must be given with a secret key',
    );
  });

  it.each([
    ['limited', wanting('601'), 'INVALID_INPUT', 'featureQuantities.0.quantity: must buy at most 500 at once'],
    ['top_up', [...wanting('1'), ...wanting('1')], 'INVALID_INPUT', 'featureQuantities.1.featureId: must be named once'],
    [
      'gift',
      wanting('1'),
      'INVALID_INPUT',
      'featureQuantities.0.featureId: must be a feature that the plan "gift" has a price for',
    ],
    ['gone', [], 'PLAN_NOT_FOUND', 'There is no plan on sale with the id "gone"'],
  ])('cannot be previewed either: %s', async (planId, featureQuantities, code, says) => {
    const answer = await fixture.withoutWriting(() =>
      fixture.brim.query(
        'query ($quantities: [FeatureQuantityInput!]!, $planId: ID!) { previewAttach(input: { customerId: "payer", planId: $planId, featureQuantities: $quantities }) { __typename } }',
        { quantities: featureQuantities, planId },
      ),
    );
    expectError(answer, code, says);
  });

  it('exactly the quantity that can be bought at once is sold', async () => {
    // 100 are included, so 600 buy 500.
    expect(await attach({ planId: 'limited', featureQuantities: wanting('600') })).toMatchObject({
      __typename: 'AttachPlanSuccess',
    });
  });

  it.each([
    ['expiresInSeconds', { expiresInSeconds: 9 }, ['expiresInSeconds'], 'from 10 to 86400'],
    ['expiresInSeconds', { expiresInSeconds: 86_401 }, ['expiresInSeconds'], 'from 10 to 86400'],
    [
      'attachablePlanIds',
      { attachablePlanIds: Array.from({ length: 51 }, (_, index) => `p${index}`) },
      ['attachablePlanIds'],
      'at most 50 plans',
    ],
  ])('%# a customer token with a bad %s is not made', async (_name, change, path, says) => {
    expectIssue(
      await fixture.withoutWriting(() => fixture.send('createCustomerToken', { customerId: 'payer', ...change })),
      path,
      says,
    );
  });
});
