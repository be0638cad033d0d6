import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BY_CUSTOMERS } from '../../schema/audited-mutations.ts';
import { MESSAGES } from '../support/shop.ts';
import { ASK, type Asked, STREAMS } from './ask.ts';
import { callOf, ROOTS } from './documents.ts';
import { ADA, BOB, type Fixture, openFixture } from './fixture.ts';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

interface Case {
  readonly says: string;
  readonly field: (fixture: Fixture) => string;
  readonly answer: { readonly data: unknown; readonly codes: readonly string[] };
}

const null_ = (codes: readonly string[] = []) => ({ data: null, codes });
const nodeIdOf = (customerId: string) => Buffer.from(`Customer:${customerId}`).toString('base64url');
const seen = (data: unknown) => ({ data, codes: [] });

/**
 * What a customer token gets from every field. The test below fails for a field that is not in it.
 */
const EXPECTED: Readonly<Record<string, readonly Case[]>> = {
  'Query.viewer': [{ says: 'is its customer', field: () => 'viewer { id }', answer: seen({ id: ADA }) }],
  'Query.customer': [
    { says: 'is its own', field: () => `customer(id: "${ADA}") { id }`, answer: seen({ id: ADA }) },
    { says: "is null for another's id", field: () => `customer(id: "${BOB}") { id }`, answer: null_() },
    { says: 'is null for no id at all', field: () => 'customer(id: "nobody") { id }', answer: null_() },
  ],
  'Query.customers': [{ says: 'is forbidden', field: () => 'customers { nodes { id } }', answer: null_(['FORBIDDEN']) }],
  'Query.feature': [{ says: 'is any feature', field: () => 'feature(id: "seats") { id }', answer: seen({ id: 'seats' }) }],
  'Query.features': [
    { says: 'are all features', field: () => 'features { id }', answer: seen([{ id: MESSAGES }, { id: 'seats' }]) },
  ],
  'Query.plan': [
    { says: 'is one that it may attach', field: () => 'plan(id: "top_up") { id }', answer: seen({ id: 'top_up' }) },
    { says: 'is one that its customer holds', field: () => 'plan(id: "free") { id }', answer: seen({ id: 'free' }) },
    { says: 'is null for one that is neither', field: () => 'plan(id: "gift") { id }', answer: null_() },
    { says: 'is null for a version of that', field: () => 'plan(id: "gift", version: 1) { id }', answer: null_() },
    { says: 'is null for one that another holds', field: () => 'plan(id: "stripes") { id }', answer: null_() },
    { says: 'is null for one that is only pending', field: () => 'plan(id: "bulk") { id }', answer: null_() },
  ],
  'Query.plans': [
    {
      says: 'are what it may attach and what its customer holds',
      field: () => 'plans(includeArchived: true) { id }',
      answer: seen([{ id: 'free' }, { id: 'top_up' }]),
    },
  ],
  'Query.secretKeys': [{ says: 'are forbidden', field: () => 'secretKeys { id }', answer: null_(['FORBIDDEN']) }],
  'Query.purchase': [
    {
      says: 'is its own',
      field: ({ purchases }) => `purchase(id: "${purchases.ada.paid}") { status }`,
      answer: seen({ status: 'ACTIVE' }),
    },
    {
      says: "is null for another's",
      field: ({ purchases }) => `purchase(id: "${purchases.bob.paid}") { status }`,
      answer: null_(),
    },
    {
      says: "is null for another's that is pending",
      field: ({ purchases }) => `purchase(id: "${purchases.bob.pending}") { checkoutUrl }`,
      answer: null_(),
    },
  ],
  'Query.hold': [
    {
      says: 'is its own',
      field: ({ purchases }) => `hold(id: "${purchases.ada.hold}") { status customer { id } }`,
      answer: seen({ status: 'OPEN', customer: { id: ADA } }),
    },
    {
      says: "is null for another's",
      field: ({ purchases }) => `hold(id: "${purchases.bob.hold}") { status }`,
      answer: null_(),
    },
    { says: 'is null for no id at all', field: () => 'hold(id: "nothing") { status }', answer: null_() },
  ],
  // More of them is in nodes.test.ts.
  'Query.node': [
    {
      says: 'is its own',
      field: () => `node(nodeId: "${nodeIdOf(ADA)}") { __typename }`,
      answer: seen({ __typename: 'Customer' }),
    },
    { says: "is null for another's", field: () => `node(nodeId: "${nodeIdOf(BOB)}") { __typename }`, answer: null_() },
  ],
  'Query.nodes': [
    {
      says: "are its own, with null for another's",
      field: () => `nodes(nodeIds: ["${nodeIdOf(ADA)}", "${nodeIdOf(BOB)}"]) { __typename }`,
      answer: seen([{ __typename: 'Customer' }, null]),
    },
  ],
  'Query.check': [
    {
      says: 'is of its customer without an id',
      field: () => `check(input: { featureId: "${MESSAGES}" }) { balance { customer { id } } }`,
      answer: seen({ balance: { customer: { id: ADA } } }),
    },
    {
      says: "is null beside an error for another's id",
      field: () => `check(input: { customerId: "${BOB}", featureId: "${MESSAGES}" }) { allowed }`,
      answer: null_(['CUSTOMER_NOT_FOUND']),
    },
  ],
  'Query.previewAttach': [
    {
      says: 'is of its customer without an id',
      field: () =>
        `previewAttach(input: { planId: "top_up", featureQuantities: [{ featureId: "${MESSAGES}", quantity: 100 }] }) { total { amount } }`,
      answer: seen({ total: { amount: '10' } }),
    },
    {
      says: "is null beside an error for another's id",
      field: () => `previewAttach(input: { customerId: "${BOB}", planId: "top_up" }) { total { amount } }`,
      answer: null_(['CUSTOMER_NOT_FOUND']),
    },
    {
      says: 'is null beside an error for a plan that it may not attach',
      field: () => 'previewAttach(input: { planId: "gift" }) { total { amount } }',
      answer: null_(['PLAN_NOT_FOUND']),
    },
  ],
  'Query.auditLog': [
    {
      says: 'is forbidden, of its own customer, too',
      field: () => `auditLog(customerId: "${ADA}") { nodes { operation } }`,
      answer: null_(['FORBIDDEN']),
    },
  ],
  'Query.ledger': [
    { says: 'is forbidden', field: () => 'ledger { nodes { id } }', answer: null_(['FORBIDDEN']) },
    {
      says: 'is forbidden, of its own customer, too',
      field: () => `ledger(customerId: "${ADA}") { nodes { id } }`,
      answer: null_(['FORBIDDEN']),
    },
  ],
  'Query.webhookEndpoint': [
    { says: 'is forbidden', field: () => 'webhookEndpoint(id: "we_1") { url }', answer: null_(['FORBIDDEN']) },
  ],
  'Query.balanceAlerts': [{ says: 'are forbidden', field: () => 'balanceAlerts { id }', answer: null_(['FORBIDDEN']) }],
  'Query.webhookEndpoints': [{ says: 'are forbidden', field: () => 'webhookEndpoints { url }', answer: null_(['FORBIDDEN']) }],
  'Query.balancesCursor': [{ says: 'is forbidden', field: () => 'balancesCursor', answer: null_(['FORBIDDEN']) }],
  'Subscription.balancesChanged': [
    { says: 'is forbidden', field: () => 'balancesChanged { cursor }', answer: null_(['FORBIDDEN']) },
  ],
  'Subscription.balanceChanged': [
    {
      says: 'is of its customer without an id',
      field: () => 'balanceChanged { balance { customer { id } } }',
      answer: seen({ balance: { customer: { id: ADA } } }),
    },
    {
      says: "is refused for another's id",
      field: () => `balanceChanged(customerId: "${BOB}") { sequence }`,
      answer: null_(['CUSTOMER_NOT_FOUND']),
    },
    {
      says: "is refused for another's id with a cursor",
      field: () => `balanceChanged(customerId: "${BOB}", after: 0, featureIds: ["${MESSAGES}"]) { sequence }`,
      answer: null_(['CUSTOMER_NOT_FOUND']),
    },
  ],
  'Subscription.autoTopUpsChanged': [
    { says: 'are of its customer without an id', field: () => 'autoTopUpsChanged { id }', answer: seen([]) },
    {
      says: "are refused for another's id",
      field: () => `autoTopUpsChanged(customerId: "${BOB}") { id }`,
      answer: null_(['CUSTOMER_NOT_FOUND']),
    },
  ],
  'Subscription.purchaseChanged': [
    {
      says: 'is of its own',
      field: ({ purchases }) => `purchaseChanged(purchaseId: "${purchases.ada.pending}") { status }`,
      answer: seen({ status: 'PENDING' }),
    },
    {
      says: "is refused for another's",
      field: ({ purchases }) => `purchaseChanged(purchaseId: "${purchases.bob.pending}") { status }`,
      answer: null_(['PURCHASE_NOT_FOUND']),
    },
  ],
};

const namesOf = (root: 'Query' | 'Subscription') => ROOTS[root].map(({ name }) => `${root}.${name}`);
const dataOf = ({ data, codes }: Asked) => ({ data: Object.values(data ?? { nothing: null })[0], codes });

describe('the matrix', () => {
  it('contains every field of the schema that reads or pushes', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual([...namesOf('Query'), ...namesOf('Subscription')].sort());
  });
});

describe.each(ASK)('over %s a customer token', (_transport, ask) => {
  const queries = Object.entries(EXPECTED).filter(([name]) => name.startsWith('Query.'));
  it.each(queries.flatMap(([name, cases]) => cases.map((each) => ({ name, ...each }))))(
    '$name $says',
    async ({ field, answer }) => {
      const asked = await ask(fixture.brim, { query: `{ ${field(fixture)} }`, credential: fixture.token });
      expect(dataOf(asked)).toEqual(answer);
    },
  );

  // This token was not made with canSetAutoTopUp.
  const isOwn = (name: string) => name !== 'setAutoTopUp' && BY_CUSTOMERS.includes(name);
  it.each(ROOTS.Mutation.filter(({ name }) => !isOwn(name)).map((field) => ({ field, name: field.name })))(
    'is forbidden Mutation.$name, of its own customer, too',
    async ({ field, name }) => {
      const values = { customerId: `"${ADA}"`, id: `"${ADA}"`, featureId: `"${MESSAGES}"`, currency: '"usd"' };
      const asked = await ask(fixture.brim, { query: `mutation { ${callOf(field, values)} }`, credential: fixture.token });
      expect(asked).toEqual({ data: { [name]: null }, codes: ['FORBIDDEN'] });
    },
  );
});

describe.each(STREAMS)('over %s a customer token', (_transport, ask) => {
  const subscriptions = Object.entries(EXPECTED).filter(([name]) => name.startsWith('Subscription.'));
  it.each(subscriptions.flatMap(([name, cases]) => cases.map((each) => ({ name, ...each }))))(
    '$name $says',
    async ({ field, answer }) => {
      const asked = await ask(fixture.brim, { query: `subscription { ${field(fixture)} }`, credential: fixture.token });
      expect(dataOf(asked)).toEqual(answer);
    },
  );
});
