import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BY_CUSTOMERS, CHANGES_NOTHING, RECORDED_AFTER, RECORDED_BY_LEDGER } from '../../schema/audited-mutations.ts';
import { keyIdOf } from '../../src/access/secret-keys.ts';
import { ROOTS } from '../access-matrix/documents.ts';
import { postRaw } from '../support/autumn.ts';
import { TEST_KEY, type TestBrim } from '../support/brim.ts';
import { createCustomer, MESSAGES, openShop } from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';

const SUPPORT_KEY = 'brim_sk_support_0123456789abcdef';
let brim: TestBrim;
let sql: Sql;

beforeAll(async () => {
  brim = await openShop({ config: { secretKeys: [`billing=${TEST_KEY}`, SUPPORT_KEY] } });
  sql = await openSql(brim.databaseUrl);
});
afterAll(async () => {
  await sql.close();
  await brim.close();
});

const FIELDS = 'at actor { type id name } operation customerId requestId outcome ids';
const log = async (customerId?: string) => {
  const { auditLog } = await brim.data(
    `query ($customerId: ID) { auditLog(first: 100, customerId: $customerId) { nodes { ${FIELDS} } } }`,
    {
      ...(customerId ? { customerId } : {}),
    },
  );
  return auditLog.nodes;
};
const operations = async (customerId: string) => (await log(customerId)).map(({ operation }: { operation: string }) => operation);

async function ask(query: string, { key = TEST_KEY, requestId }: { key?: string; requestId?: string } = {}) {
  const response = await fetch(`${brim.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${key}`,
      ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
    },
    body: JSON.stringify({ query }),
  });
  return { data: (await response.json()).data, requestId: response.headers.get('x-request-id') };
}

const grant = (customerId: string, amount: string, more = '') =>
  `mutation { grantBalance(input: { customerId: "${customerId}", featureId: "${MESSAGES}", amount: "${amount}" ${more} }) {
    ... on GrantBalanceSuccess { grant { id } } } }`;

describe('the audit log', () => {
  it('says who did what, when, with which request, and what came of it', async () => {
    await createCustomer(brim, 'ada');
    const done = await ask(grant('ada', '5'), { key: SUPPORT_KEY, requestId: 'trace-7.a:b' });
    expect(done.requestId).toBe('trace-7.a:b');
    const [given, created] = await log('ada');
    expect(given).toEqual({
      at: expect.any(String),
      actor: { type: 'SECRET_KEY', id: keyIdOf(SUPPORT_KEY), name: null },
      operation: 'grantBalance',
      customerId: 'ada',
      requestId: 'trace-7.a:b',
      outcome: 'DONE',
      ids: { grantId: done.data.grantBalance.grant.id, entryId: expect.stringMatching(/^ada:\d+$/) },
    });
    expect(created).toMatchObject({ operation: 'createCustomer', actor: { id: keyIdOf(TEST_KEY), name: 'billing' }, ids: {} });
    expect(Math.abs(Date.parse(given.at) - Date.now())).toBeLessThan(60_000);
  });

  it('says why, in the words of the caller, also of what keeps no reason itself', async () => {
    await createCustomer(brim, 'dora');
    await brim.data(grant('dora', '5', 'reason: "sorry for the wait"'));
    const { customer } = await brim.data('{ customer(id: "dora") { purchases { nodes { id } } } }');
    const cancel = (reason: string) =>
      brim.data(
        `mutation ($input: CancelPurchaseInput!) { cancelPurchase(input: $input) {
          __typename ... on InvalidInputError { issues { path } } } }`,
        { input: { purchaseId: customer.purchases.nodes[0].id, when: 'NOW', reason } },
      );
    expect(await cancel('x'.repeat(501))).toEqual({
      cancelPurchase: { __typename: 'InvalidInputError', issues: [{ path: ['reason'] }] },
    });
    expect(await cancel('moved away')).toEqual({ cancelPurchase: { __typename: 'CancelPurchaseSuccess' } });
    const { auditLog } = await brim.data('{ auditLog(customerId: "dora") { nodes { operation reason } } }');
    expect(auditLog.nodes).toEqual([
      { operation: 'cancelPurchase', reason: 'moved away' },
      { operation: 'grantBalance', reason: 'sorry for the wait' },
      { operation: 'createCustomer', reason: null },
    ]);
  });

  it('is limited to what began in a stretch of time', async () => {
    await createCustomer(brim, 'timed');
    await brim.data(grant('timed', '5'));
    const all = await log('timed');
    const [{ at }] = all;
    const of = async (range: string) =>
      (await brim.data(`{ auditLog(customerId: "timed" ${range}) { nodes { ${FIELDS} } } }`)).auditLog.nodes;
    expect(await of(`from: "${at}"`)).toEqual(all.filter((entry: { at: string }) => entry.at >= at));
    expect(await of(`to: "${at}"`)).toEqual(all.filter((entry: { at: string }) => entry.at < at));
    const { errors } = await brim.query(`{ auditLog(from: "${at}" to: "${at}") { nodes { at } } }`);
    expect(errors).toMatchObject([{ message: 'to: must be after from', extensions: { code: 'INVALID_INPUT' } }]);
  });

  it('keeps no reason that an erasure would not find, although the outcome is unknown', async () => {
    await createCustomer(brim, 'ida');
    const { customer } = await brim.data('{ customer(id: "ida") { purchases { nodes { id } } } }');
    const input = { purchaseId: customer.purchases.nodes[0].id, when: 'NOW', reason: 'ida has moved to Rome' };
    await sql.rows('ALTER TABLE purchase RENAME TO purchase_away');
    try {
      const { errors } = await brim.query(
        'mutation ($input: CancelPurchaseInput!) { cancelPurchase(input: $input) { __typename } }',
        { input },
      );
      expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
    } finally {
      await sql.rows('ALTER TABLE purchase_away RENAME TO purchase');
    }
    const { eraseCustomer } = await brim.data('mutation { eraseCustomer(input: { customerId: "ida" }) { __typename } }');
    expect(eraseCustomer).toEqual({ __typename: 'EraseCustomerSuccess' });
    expect(await sql.rows('DELETE FROM audit_entry WHERE NOT done RETURNING operation, reason')).toEqual([
      { operation: 'cancelPurchase', reason: null },
    ]);
  });

  it('has no refusals, no replays, and nothing that a customer token was forbidden', async () => {
    await createCustomer(brim, 'bob');
    const { createCustomerToken } = await brim.data(
      'mutation { createCustomerToken(input: { customerId: "bob" }) { ... on CreateCustomerTokenSuccess { token tokenId } } }',
    );
    await brim.data(grant('bob', '3', 'idempotencyKey: "once"'));
    const before = await log('bob');
    await brim.data(grant('bob', '3', 'idempotencyKey: "once"'));
    await brim.data(grant('bob', '-3'));
    await brim.data(grant('nobody', '3'));
    await brim.query(grant('bob', '3'), {}, createCustomerToken.token);
    await createCustomer(brim, 'bob');
    expect((await log('bob')).map(JSON.stringify)).toEqual(before.map(JSON.stringify));
    expect(await log('nobody')).toEqual([]);
    expect(await sql.rows('SELECT * FROM audit_entry WHERE NOT done')).toEqual([]);
  });

  it('names the token with which a customer did something', async () => {
    await createCustomer(brim, 'cleo');
    const { createCustomerToken: made } = await brim.data(
      `mutation { createCustomerToken(input: { customerId: "cleo", attachablePlanIds: ["top_up"] }) {
        ... on CreateCustomerTokenSuccess { token tokenId } } }`,
    );
    const { attachPlan } = await brim.data(
      `mutation { attachPlan(input: { planId: "top_up", featureQuantities: [{ featureId: "${MESSAGES}", quantity: 100 }] }) {
        ... on AttachPlanSuccess { purchase { id } } } }`,
      {},
      made.token,
    );
    const [attached] = await log('cleo');
    expect(attached).toMatchObject({
      actor: { type: 'CUSTOMER_TOKEN', id: made.tokenId, name: null },
      operation: 'attachPlan',
      customerId: 'cleo',
      ids: { purchaseId: attachPlan.purchase.id },
    });
  });

  it('leaves uses to the ledger, whose entries say the same', async () => {
    await createCustomer(brim, 'dora');
    const before = await log('dora');
    const { requestId } = await ask(
      `mutation { track(input: { customerId: "dora", featureId: "${MESSAGES}", value: 1 }) { __typename } }`,
      { key: SUPPORT_KEY },
    );
    const wire = await postRaw(brim, 'balances.track', JSON.stringify({ customer_id: 'dora', feature_id: MESSAGES, value: 1 }));
    const asked = '{ customer(id: "dora") { ledger(kind: USAGE) { nodes { actorId requestId } } } }';
    expect((await brim.data(asked)).customer.ledger.nodes).toEqual([
      { actorId: keyIdOf(TEST_KEY), requestId: wire.headers.get('x-request-id') },
      { actorId: keyIdOf(SUPPORT_KEY), requestId },
    ]);
    expect(await log('dora')).toEqual(before);
    const { createCustomerToken } = await brim.data(
      'mutation { createCustomerToken(input: { customerId: "dora" }) { ... on CreateCustomerTokenSuccess { token } } }',
    );
    const own = (await brim.data(asked, {}, createCustomerToken.token)).customer.ledger.nodes;
    expect(own).toEqual([
      { actorId: null, requestId: null },
      { actorId: null, requestId: null },
    ]);
  });

  it('has what autumn-js changes, under the names of its verbs', async () => {
    const call = (verb: string, body: object) => postRaw(brim, verb, JSON.stringify(body));
    await call('customers.get_or_create', { customer_id: 'eve', name: 'Eve' });
    await call('customers.get_or_create', { customer_id: 'eve', name: 'Eve' });
    await call('customers.get', { customer_id: 'eve' });
    await call('customers.update', { customer_id: 'eve', name: 'Eva' });
    await call('customers.update', { customer_id: 'eve', name: 7 });
    const created = await call('balances.create', { customer_id: 'eve', feature_id: MESSAGES, included_grant: 4 });
    expect(await operations('eve')).toEqual(['balances.create', 'customers.update', 'customers.get_or_create']);
    expect((await log('eve'))[0]).toMatchObject({
      requestId: created.headers.get('x-request-id'),
      actor: { name: 'billing' },
      ids: { featureId: MESSAGES },
    });
  });

  it('is read in pages, also of what one key did', async () => {
    await createCustomer(brim, 'finn');
    for (const amount of ['1', '2', '3']) await ask(grant('finn', amount), { key: amount === '2' ? SUPPORT_KEY : TEST_KEY });
    const page = (args: string) =>
      brim
        .data(`{ auditLog(${args}) { nodes { operation } pageInfo { hasNextPage endCursor } } }`)
        .then(({ auditLog }) => auditLog);
    const first = await page('customerId: "finn", first: 3');
    expect(first.pageInfo.hasNextPage).toBe(true);
    const rest = await page(`customerId: "finn", first: 3, after: "${first.pageInfo.endCursor}"`);
    expect(rest).toMatchObject({ nodes: [{ operation: 'createCustomer' }], pageInfo: { hasNextPage: false } });
    expect((await page(`customerId: "finn", actorId: "${keyIdOf(SUPPORT_KEY)}"`)).nodes).toEqual([{ operation: 'grantBalance' }]);
    for (const wrong of ['after: "nonsense"', 'first: 101', 'customerId: "a b"'])
      expect((await brim.query(`{ auditLog(${wrong}) { nodes { operation } } }`)).errors?.[0]?.extensions).toMatchObject({
        code: 'INVALID_INPUT',
      });
  });

  it('says UNKNOWN of what a process left behind', async () => {
    await createCustomer(brim, 'gus');
    await sql.rows(`INSERT INTO audit_entry (at, actor, operation, customer_id, request_id, done)
      VALUES (now(), 'BRIM', 'adjustBalance', 'gus', 'r', false)`);
    expect((await log('gus'))[0]).toMatchObject({ outcome: 'UNKNOWN', actor: { type: 'BRIM', id: null }, ids: {} });
  });

  it('refuses what it cannot record, before anything is changed', async () => {
    await createCustomer(brim, 'hal');
    await sql.rows('ALTER TABLE audit_entry RENAME TO audit_entry_away');
    try {
      expect((await brim.query(grant('hal', '5'))).errors).toHaveLength(1);
    } finally {
      await sql.rows('ALTER TABLE audit_entry_away RENAME TO audit_entry');
    }
    expect(await sql.rows(`SELECT 1 FROM ledger_entry WHERE customer_id = 'hal' AND kind = 'GRANT' AND amount = 5`)).toEqual([]);
  });

  it('knows every mutation that it treats in its own way', () => {
    const names = ROOTS.Mutation.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([...RECORDED_BY_LEDGER, ...CHANGES_NOTHING, ...RECORDED_AFTER, ...BY_CUSTOMERS]),
    );
  });
});

describe('the id of a request', () => {
  it.each(['', 'two words', 'a'.repeat(101), '<script>', '-x'])('is made anew in place of %j', async (requestId) => {
    const { requestId: answered } = await ask('{ features { id } }', { requestId });
    expect(answered).toMatch(/^[0-9a-f-]{36}$/);
  });
});
