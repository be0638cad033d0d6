/** Whatever changes something, through GraphQL or autumn-js, says so in the audit log. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHANGES_NOTHING, RECORDED_BY_LEDGER } from '../../schema/audited-mutations.ts';
import { autumnVerbs } from '../../src/autumn/autumn.ts';
import type { AutumnDeps } from '../../src/autumn/wire/verb.ts';
import { ROOTS } from '../access-matrix/documents.ts';
import { TEST_KEY, type TestBrim } from '../support/brim.ts';
import {
  answerPage,
  attachTopUp,
  buyRecurring,
  cancelPurchase,
  createCustomer,
  findPurchase,
  grant,
  MESSAGES,
  monthly,
  openShop,
  pay,
  seedAnd,
  track,
  untilStatus,
} from '../support/shop.ts';
import { createEndpoint, openReceiver, type Receiver, untilDeliveries } from '../support/webhook-receiver.ts';
import { openSql, type Sql, until } from '../support/witness.ts';

let brim: TestBrim;
let sql: Sql;
let receiver: Receiver;
let endpoint: { readonly id: string };
let club: string;
beforeAll(async () => {
  const plans = ['club', 'old'].map((id) => ({ id, addOn: true, items: [{ featureId: MESSAGES, price: monthly('10') }] }));
  const catalogue = seedAnd({ features: ['unused'], plans });
  [brim, receiver] = await Promise.all([openShop({ config: { testClocks: true }, catalogue }), openReceiver()]);
  sql = await openSql(brim.databaseUrl);
  await createCustomer(brim, ID);
  endpoint = await createEndpoint(brim, receiver.url, ['BALANCE_LOW']);
  club = (await buyRecurring(brim, 'member', 'club', '100')).purchaseId;
});
afterAll(async () => {
  await sql?.close();
  await brim?.close();
  await receiver?.close();
});

const ID = 'ada';
const OF_ID = { customerId: ID, featureId: MESSAGES };
type Input = Readonly<Record<string, unknown>>;

/** Sends one request, and says what the log and the ledger have of it. */
async function recordedOf(path: string, body: Input) {
  const response = await fetch(`${brim.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  const requestId = response.headers.get('x-request-id');
  const [audited, ledger] = await Promise.all([
    sql.rows('SELECT operation FROM audit_entry WHERE request_id = $1 AND done ORDER BY position', [requestId]),
    sql.rows('SELECT 1 FROM ledger_entry WHERE made_by LIKE $1', [`%${requestId}`]),
  ]);
  return { answer, status: response.status, operations: audited.map(({ operation }) => operation), entries: ledger.length };
}

const typeOf = (verb: string) => `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
const mutate = (verb: string, input: Input) =>
  recordedOf('/graphql', {
    query: `mutation ($input: ${typeOf(verb)}Input!) { ${verb}(input: $input) { __typename ... on Error { message } } }`,
    variables: { input },
  });

async function bought(customerId: string): Promise<string> {
  await createCustomer(brim, customerId);
  const { purchaseId, checkoutUrl } = await attachTopUp(brim, customerId, '100');
  await pay(checkoutUrl);
  await untilStatus(brim, purchaseId, 'ACTIVE');
  return purchaseId;
}

/** Paid less than was asked: it waits for acceptPayment. */
async function paidTooLittle(): Promise<string> {
  await createCustomer(brim, 'short');
  const { purchaseId, checkoutUrl } = await attachTopUp(brim, 'short', '100');
  await sql.rows('UPDATE purchase SET total = 12 WHERE id = $1', [purchaseId]);
  await answerPage(checkoutUrl);
  await until(async () => expect((await findPurchase(brim, purchaseId)).failureReason).toContain('acceptPayment'));
  return purchaseId;
}

async function held(): Promise<string> {
  const { placeHold } = await brim.data(
    'mutation ($input: PlaceHoldInput!) { placeHold(input: $input) { ... on PlaceHoldSuccess { hold { id } } } }',
    { input: { ...OF_ID, amount: 1 } },
  );
  return placeHold.hold.id;
}

/** The test event of the row before. */
async function delivered(): Promise<string> {
  const [delivery] = await untilDeliveries(brim, endpoint.id, [{ status: 'SUCCEEDED' }]);
  return delivery.id;
}

const usd = (amount: string) => ({ amount, currency: 'usd' });
const alert = async () => {
  const { balanceAlerts } = await brim.data('{ balanceAlerts { id } }');
  return { id: balanceAlerts[0].id };
};

/** An input with which each mutation changes something, in the order in which they are sent. */
const MUTATIONS: Readonly<Record<string, () => Promise<Input> | Input>> = {
  createCustomer: () => ({ id: 'new' }),
  updateCustomer: () => ({ id: ID, name: 'Ada' }),
  createFeature: () => ({ id: 'made', name: 'Made', type: 'METERED' }),
  updateFeature: () => ({ id: 'made', name: 'Made anew' }),
  archiveFeature: () => ({ id: 'unused' }),
  unarchiveFeature: () => ({ id: 'unused' }),
  createPlan: () => ({ id: 'made', name: 'Made', addOn: true, items: [{ featureId: 'made', included: 1 }] }),
  updatePlan: () => ({ id: 'made', name: 'Made anew' }),
  archivePlan: () => ({ id: 'old' }),
  unarchivePlan: () => ({ id: 'old' }),
  grantBalance: () => ({ ...OF_ID, amount: 500 }),
  adjustBalance: () => ({ ...OF_ID, by: -1 }),
  track: () => ({ ...OF_ID, value: 1 }),
  trackBatch: () => ({ events: [{ ...OF_ID, value: 1 }] }),
  placeHold: () => ({ ...OF_ID, amount: 1 }),
  settleHold: async () => ({ holdId: await held(), amount: 1 }),
  releaseHold: async () => ({ holdId: await held() }),
  reverseUsage: async () => ({ entryId: (await track(brim, { customerId: ID, value: '1' })).entry.id }),
  voidGrant: async () => ({ grantId: (await grant(brim, { customerId: ID, amount: '5' })).grant.id }),
  importBalances: () => ({ rows: [{ ...OF_ID, remaining: 1, idempotencyKey: 'opening' }] }),
  setUsageLimit: () => ({ ...OF_ID, per: { unit: 'YEAR' }, max: 5_000 }),
  removeUsageLimit: () => ({ id: `${ID}/${MESSAGES}/1_YEAR` }),
  setBalanceAlert: () => ({ featureId: MESSAGES, below: 5 }),
  removeBalanceAlert: alert,
  createCustomerToken: () => ({ customerId: ID }),
  revokeCustomerTokens: () => ({ customerId: ID }),
  createSecretKey: () => ({ name: 'reporting', scopes: ['READ'] }),
  revokeSecretKey: async () => ({ id: (await brim.data('{ secretKeys { id } }')).secretKeys[0].id }),
  createWebhookEndpoint: () => ({ url: receiver.url, events: ['CUSTOMER_CREATED'] }),
  updateWebhookEndpoint: () => ({ id: endpoint.id, events: ['BALANCE_EXHAUSTED'] }),
  rotateWebhookSecret: () => ({ id: endpoint.id }),
  sendTestEvent: () => ({ endpointId: endpoint.id, type: 'BALANCE_LOW' }),
  redeliver: async () => ({ deliveryId: await delivered() }),
  deleteWebhookEndpoint: () => ({ id: endpoint.id }),
  attachPlan: () => ({ customerId: ID, planId: 'club', featureQuantities: [{ featureId: MESSAGES, quantity: 100 }] }),
  createSetupSession: () => ({ customerId: ID, successUrl: 'https://app.example' }),
  createPortalSession: () => ({ customerId: 'member', returnUrl: 'https://app.example' }),
  setAutoTopUp: () => ({ ...OF_ID, planId: 'top_up', threshold: 1, quantity: 100 }),
  acceptPayment: async () => ({ purchaseId: await paidTooLittle() }),
  refundPurchase: async () => ({ purchaseId: await bought('refunded'), amount: usd('5') }),
  cancelPurchase: () => ({ purchaseId: club, when: 'PERIOD_END' }),
  resumePurchase: () => ({ purchaseId: club }),
  advanceClock: () => ({ by: { unit: 'MINUTE', count: 1 } }),
  eraseCustomer: () => ({ customerId: 'new', reason: 'asked' }),
};

it('each mutation has a row here', () => {
  expect(Object.keys(MUTATIONS).toSorted()).toEqual(ROOTS.Mutation.map(({ name }) => name).toSorted());
});

it.each(Object.entries(MUTATIONS))('%s is recorded', async (name, input) => {
  const { answer, operations, entries } = await mutate(name, await input());
  expect(answer.data).toEqual({ [name]: { __typename: `${typeOf(name)}Success` } });
  if (RECORDED_BY_LEDGER.includes(name)) expect([operations, entries]).toEqual([[], 1]);
  else expect(operations).toEqual(CHANGES_NOTHING.includes(name) ? [] : [name]);
});

const customer_data = { name: 'On the way' };
const of = (customer_id: string) => ({ customer_id, feature_id: MESSAGES });
const lock = { lock_id: 'lock', enabled: true };
const club_ = { plan_id: 'club', feature_quantities: [{ feature_id: MESSAGES, quantity: 100 }] };

/** The same for autumn-js. A request with `customer_data` also creates its customer. */
const VERBS: Readonly<Record<string, readonly [() => Promise<Input> | Input, ...string[]]>> = {
  'customers.get_or_create': [() => ({ customer_id: 'wire' }), 'customers.get_or_create'],
  'customers.update': [() => ({ customer_id: 'wire', name: 'Wire' }), 'customers.update'],
  'balances.create': [() => ({ ...of('wire'), included_grant: 5 }), 'balances.create'],
  'balances.update': [() => ({ ...of('wire'), add_to_balance: 2 }), 'balances.update'],
  'balances.track': [() => ({ ...of('tracks'), customer_data }), 'customers.get_or_create'],
  'balances.batch_track': [
    () =>
      [
        { ...of('batch_1'), customer_data },
        { ...of('batch_2'), customer_data },
      ] as unknown as Input,
    'customers.get_or_create',
    'customers.get_or_create',
  ],
  'balances.check': [() => ({ ...of('checks'), customer_data, lock }), 'customers.get_or_create'],
  'balances.finalize': [() => ({ lock_id: 'lock', action: 'confirm' })],
  'features.create': [() => ({ feature_id: 'wired', name: 'Wired', type: 'metered', consumable: true }), 'features.create'],
  'plans.create': [
    () => ({ plan_id: 'wired', name: 'W', add_on: true, items: [{ feature_id: 'wired', included: 1 }] }),
    'plans.create',
  ],
  'plans.update': [() => ({ plan_id: 'wired', name: 'Wired' }), 'plans.update'],
  'billing.attach': [() => ({ customer_id: 'buys', ...club_, customer_data }), 'billing.attach', 'customers.get_or_create'],
  'billing.setup_payment': [
    () => ({ customer_id: 'saves', success_url: 'https://app.example', customer_data }),
    'billing.setup_payment',
    'customers.get_or_create',
  ],
  'billing.open_customer_portal': [
    () => ({ customer_id: 'member', return_url: 'https://app.example' }),
    'billing.open_customer_portal',
  ],
  'billing.update': [
    async () => {
      const { purchaseId } = await buyRecurring(brim, 'leaves', 'club', '100');
      return { customer_id: 'leaves', subscription_id: purchaseId, cancel_action: 'cancel_end_of_cycle' };
    },
    'billing.update',
  ],
};
/** Those that change nothing. */
const READS = [
  'customers.get',
  'customers.list',
  'billing.preview_attach',
  'events.list',
  'events.aggregate',
  'features.list',
  'features.get',
  'invoices.list',
  'plans.list',
  'plans.get',
];

it('each verb of autumn-js has a row here, or changes nothing', () => {
  const verbs = autumnVerbs({} as AutumnDeps);
  expect([...Object.keys(VERBS), ...READS].toSorted()).toEqual(Object.keys(verbs).toSorted());
  for (const name of READS) expect(verbs[name]?.audit, name).toBeUndefined();
});

it.each(Object.entries(VERBS))('%s of autumn-js is recorded', async (name, [body, ...expected]) => {
  const { answer, status, operations, entries } = await recordedOf(`/v1/${name}`, await body());
  expect([status, answer]).toEqual([expect.toSatisfy((code: number) => code < 300), expect.anything()]);
  expect(operations).toEqual(expected);
  if (autumnVerbs({} as AutumnDeps)[name]?.audit === 'ledger') expect(entries).toBeGreaterThan(0);
});

it('a customer who is there already is created by nobody on the way', async () => {
  const again = { ...of('tracks'), customer_data };
  expect((await recordedOf('/v1/balances.track', again)).operations).toEqual([]);
  await cancelPurchase(brim, club);
});
