import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCustomer, MESSAGES, prepaid, track, wanting } from '../support/shop.ts';
import { expectError, expectIssue, type Fixture, openFixture, use } from './fixture.ts';

const ODD = [
  '',
  ' ',
  'a b',
  'a\n',
  '\ta',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'a\udc00',
  'a\u200b',
  '\ufeff',
  '\u00a0',
  'x'.repeat(201),
  'x'.repeat(100_000),
];

const feature = (id: string) => ({ id, name: 'A feature', type: 'METERED' });
const plan = (change: Record<string, unknown>) => ({ id: 'new', name: 'A plan', items: [], ...change });

describe('an invalid id', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await openFixture();
    await fixture.send('createFeature', { id: 'sso', name: 'Single sign-on', type: 'BOOLEAN' });
  });
  afterAll(() => fixture.close());

  const PLACES: [verb: string, input: (id: string) => unknown, path: (string | number)[]][] = [
    ['createFeature', feature, ['id']],
    ['createPlan', (id) => plan({ id }), ['id']],
    ['createPlan', (group) => plan({ group }), ['group']],
    ['createPlan', (featureId) => plan({ items: [{ featureId, included: 1 }] }), ['items', 0, 'featureId']],
    ['createCustomer', (id) => ({ id }), ['id']],
    ['updateCustomer', (id) => ({ id }), ['id']],
    ['createCustomerToken', (customerId) => ({ customerId }), ['customerId']],
    ['createCustomerToken', (id) => ({ customerId: 'payer', attachablePlanIds: ['top_up', id] }), ['attachablePlanIds', 1]],
    ['track', (customerId) => use({ customerId }), ['customerId']],
    ['track', (featureId) => use({ featureId }), ['featureId']],
    ['grantBalance', (customerId) => use({ customerId, amount: 1 }), ['customerId']],
    ['grantBalance', (featureId) => use({ featureId, amount: 1 }), ['featureId']],
    ['attachPlan', (customerId) => ({ customerId, planId: 'top_up' }), ['customerId']],
    ['attachPlan', (planId) => ({ customerId: 'payer', planId }), ['planId']],
    [
      'attachPlan',
      (id) => ({ customerId: 'payer', planId: 'top_up', featureQuantities: wanting('1', id) }),
      ['featureQuantities', 0, 'featureId'],
    ],
  ];

  it.each(PLACES)('%# %s is refused, and the error names the path', async (verb, input, path) => {
    const refusals = await fixture.withoutWriting(() => Promise.all(ODD.map((id) => fixture.send(verb, input(id)))));
    for (const refusal of refusals) expectIssue(refusal, path, 'must be 1 to 200 visible characters');
  });

  it.each([
    ['updatePlan', { name: 'Again' }, 'PlanNotFoundError'],
    ['archivePlan', {}, 'PlanNotFoundError'],
    ['archiveFeature', {}, 'FeatureNotFoundError'],
  ])('%s finds none of them', async (verb, change, __typename) => {
    const refusals = await fixture.withoutWriting(() => Promise.all(ODD.map((id) => fixture.send(verb, { id, ...change }))));
    for (const refusal of refusals)
      expect(refusal).toMatchObject({ __typename, message: expect.stringContaining('There is no') });
  });

  it.each([
    ['customer(id: $id) { id }'],
    ['plan(id: $id) { id }'],
    ['plan(id: $id, version: 1) { id }'],
    ['feature(id: $id) { id }'],
    ['purchase(id: $id) { id }'],
    ['customer(id: "payer") { balance(featureId: $id) { version } }'],
    ['customer(id: "payer") { balances(featureIds: [$id]) { version } }'],
    ['customer(id: "payer") { ledger(featureId: $id) { nodes { id } } }'],
  ])('{ %s } finds nothing, and does not affect concurrent requests', async (field) => {
    const ask = (id: string) =>
      fixture.brim.data(`query ($id: ID!) { found: ${field} good: customer(id: "payer") { id } }`, { id });
    const answers = await fixture.withoutWriting(() => Promise.all(ODD.map(ask)));
    for (const { found, good } of answers) {
      expect(good).toEqual({ id: 'payer' });
      expect(JSON.stringify(found)).toMatch(/^(null|\{"\w+":(null|\[\]|\{"nodes":\[\]\})\})$/);
    }
  });

  it('the return page finds none of them', async () => {
    for (const id of ['%00', '%ED%A0%80', 'a%20b', 'x'.repeat(300)]) {
      const { status } = await fixture.withoutWriting(() => fetch(`${fixture.brim.url}/checkout/return/${id}`));
      expect([400, 404]).toContain(status);
    }
  });

  it.each<[verb: string, input: unknown, __typename: string, says: string]>([
    ['track', use({ customerId: 'nobody' }), 'CustomerNotFoundError', '"nobody". Create it first, with createCustomer.'],
    ['track', use({ featureId: 'nothing' }), 'FeatureNotFoundError', '"nothing"'],
    ['grantBalance', use({ customerId: 'nobody', amount: 1 }), 'CustomerNotFoundError', '"nobody"'],
    ['grantBalance', use({ featureId: 'nothing', amount: 1 }), 'FeatureNotFoundError', '"nothing"'],
    ['attachPlan', { customerId: 'nobody', planId: 'top_up' }, 'CustomerNotFoundError', '"nobody"'],
    ['attachPlan', { customerId: 'payer', planId: 'nothing' }, 'PlanNotFoundError', '"nothing"'],
    ['createPlan', plan({ items: [{ featureId: 'nothing', price: prepaid('1') }] }), 'FeatureNotFoundError', '"nothing"'],
    ['updatePlan', { id: 'nothing', name: 'Again' }, 'PlanNotFoundError', '"nothing"'],
    ['updatePlan', { id: 'top_up', items: [{ featureId: 'nothing', included: 1 }] }, 'FeatureNotFoundError', '"nothing"'],
    ['archivePlan', { id: 'nothing' }, 'PlanNotFoundError', '"nothing"'],
    ['archiveFeature', { id: 'nothing' }, 'FeatureNotFoundError', '"nothing"'],
    ['updateCustomer', { id: 'nobody', name: 'Nobody' }, 'CustomerNotFoundError', '"nobody"'],
    ['createCustomerToken', { customerId: 'nobody' }, 'CustomerNotFoundError', '"nobody"'],
    ['createFeature', feature(MESSAGES), 'AlreadyExistsError', `a feature with the id "${MESSAGES}"`],
    ['createPlan', plan({ id: 'top_up' }), 'AlreadyExistsError', 'a plan with the id "top_up"'],
  ])('%# %s says which id is unknown or taken', async (verb, input, __typename, says) => {
    expect(await fixture.withoutWriting(() => fixture.send(verb, input))).toEqual({
      __typename,
      message: expect.stringContaining(says),
    });
  });

  it.each([
    ['check(input: { customerId: "nobody", featureId: "premium_messages" })', 'CUSTOMER_NOT_FOUND', '"nobody"'],
    ['check(input: { customerId: "payer", featureId: "nothing" })', 'FEATURE_NOT_FOUND', '"nothing"'],
    ['check(input: { featureId: "premium_messages" })', 'INVALID_INPUT', 'customerId: must be given with a secret key'],
    ['previewAttach(input: { customerId: "payer", planId: "nothing" })', 'PLAN_NOT_FOUND', '"nothing"'],
    ['previewAttach(input: { customerId: "nobody", planId: "top_up" })', 'CUSTOMER_NOT_FOUND', '"nobody"'],
  ])('{ %s } is an error that says which', async (field, code, says) => {
    expectError(await fixture.withoutWriting(() => fixture.brim.query(`{ ${field} { __typename } }`)), code, says);
  });

  it.each([
    ['track', {}],
    ['grantBalance', { amount: 1 }],
  ])('%s of a boolean feature says that nothing can be counted', async (verb, change) => {
    const refusal = await fixture.withoutWriting(() => fixture.send(verb, use({ featureId: 'sso', ...change })));
    expectIssue(refusal, ['featureId'], 'is a boolean feature');
  });

  it.each([
    '__proto__',
    'constructor',
    'a/b?c=d#e',
    '%2F..%2F',
    `o'neil";--`,
    '0',
    '東京',
    '🙂'.repeat(20),
    'caf\u00e9',
    'cafe\u0301',
  ])('%s is an id like any other', async (id) => {
    await createCustomer(fixture.brim, id);
    expect(await track(fixture.brim, { customerId: id, idempotencyKey: id.slice(0, 20) })).toMatchObject({
      applied: '1',
      balance: { version: 2 },
    });
    const { customer } = await fixture.brim.data(
      'query ($id: ID!) { customer(id: $id) { id sequence balances { remaining customer { id } } ledger { nodes { kind } } } }',
      { id },
    );
    expect(customer).toEqual({
      id,
      sequence: 2,
      balances: [{ remaining: '9', customer: { id } }],
      ledger: { nodes: [{ kind: 'USAGE' }, { kind: 'GRANT' }] },
    });
  });
});
