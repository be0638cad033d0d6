import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { IN_BATCHES, SELF, WHOLE } from '../../src/privacy/plan.ts';
import { postRaw } from '../support/autumn.ts';
import { openBrim, subscribe, type TestBrim, take } from '../support/brim.ts';
import { attachTopUp, createCustomer, createCustomerToken, MESSAGES, openShop, pay, untilStatus } from '../support/shop.ts';
import { createEndpoint, openReceiver, type Receiver } from '../support/webhook-receiver.ts';
import { openSql, type Sql, until } from '../support/witness.ts';

let brim: TestBrim;
/** Another process, which remembers accounts of its own. */
let other: TestBrim;
let sql: Sql;
let receiver: Receiver;

beforeAll(async () => {
  [brim, receiver] = await Promise.all([openShop(), openReceiver()]);
  other = await openBrim({ databaseUrl: brim.databaseUrl });
  sql = await openSql(brim.databaseUrl);
});
afterAll(async () => {
  await sql.close();
  await other.close();
  await brim.close();
  await receiver.close();
});

const erase = async (customerId: string, reason?: string, by = brim) =>
  (
    await by.data(
      `mutation ($input: EraseCustomerInput!) { eraseCustomer(input: $input) { __typename
        ... on EraseCustomerSuccess { erasedId complete }
        ... on CustomerNotErasableError { message purchases { id } holds { id } }
        ... on InvalidInputError { issues { path message } }
        ... on Error { message } } }`,
      { input: { customerId, reason } },
    )
  ).eraseCustomer;
const track = async (customerId: string, more: Record<string, unknown> = {}, by = brim) =>
  (
    await by.data(
      `mutation ($input: TrackInput!) { track(input: $input) { __typename ... on TrackSuccess { entry { sequence } balance { remaining } } } }`,
      { input: { customerId, featureId: MESSAGES, value: '1', ...more } },
    )
  ).track;
/** Sends a mutation with its input. */
const send = async (verb: string, input: Record<string, unknown>, selection = '') => {
  const type = verb.charAt(0).toUpperCase() + verb.slice(1);
  const answer = await brim.data(
    `mutation ($input: ${type}Input!) { ${verb}(input: $input) { __typename ... on ${type}Success { ${selection || '__typename'} } ... on Error { message } } }`,
    { input },
  );
  expect(answer[verb].__typename).toBe(`${type}Success`);
  return answer[verb];
};

interface Column {
  readonly table: string;
  readonly column: string;
}
const TEXT = `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns JOIN information_schema.tables
  USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
  AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea')`;
const tables = async () =>
  (await sql.rows<{ name: string }>(`SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`)).map(
    ({ name }) => name,
  );
/** The tables in which a word stands, whatever its case. */
async function tablesWith(word: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const table of await tables()) {
    const rows = await sql.rows(`SELECT 1 FROM ${table} t WHERE position(lower($1) in lower(t::text)) > 0 LIMIT 1`, [word]);
    if (rows.length > 0) found.push(table);
  }
  return found;
}

describe('eraseCustomer', () => {
  const ID = 'rosa@quux.example';
  const WORDS = ['quux', 'rosalind', 'zanzibar', 'marzipan', 'platypus', 'gooseberry', 'kumquat', 'tangerine', 'whsper-key'];

  it('leaves no word about a customer in any table, and every number', async () => {
    const endpoint = await createEndpoint(brim, receiver.url, ['CUSTOMER_CREATED', 'PURCHASE_SETTLED', 'PAYMENT_REFUNDED']);
    await send('createCustomer', {
      id: ID,
      name: 'Rosalind Quux',
      email: 'rosalind@quux.example',
      metadata: { city: 'Zanzibar' },
    });
    const token = await createCustomerToken(brim, ID);
    await send('revokeCustomerTokens', { customerId: ID });
    await track(ID, { properties: { eats: 'marzipan' }, idempotencyKey: 'whsper-key-1' });
    await track(ID, {}, other);
    await send('grantBalance', {
      customerId: ID,
      featureId: MESSAGES,
      amount: '7',
      reason: 'likes a platypus',
      idempotencyKey: 'whsper-key-2',
    });
    await send('adjustBalance', { customerId: ID, featureId: MESSAGES, by: '-2', reason: 'gooseberry' });
    const { hold } = await send('placeHold', { customerId: ID, featureId: MESSAGES, amount: '2' }, 'hold { id }');
    const lock = { lock_id: 'kumquat', enabled: true };
    await postRaw(brim, 'balances.check', JSON.stringify({ customer_id: ID, feature_id: MESSAGES, required_balance: 1, lock }));
    const topUp = await attachTopUp(brim, ID, '100', { metadata: { note: 'tangerine' }, idempotencyKey: 'whsper-key-3' });

    const refused = await erase(ID);
    expect(refused).toMatchObject({ __typename: 'CustomerNotErasableError', purchases: [{ id: topUp.purchaseId }] });
    expect(refused.holds).toHaveLength(2);
    await pay(topUp.checkoutUrl);
    await untilStatus(brim, topUp.purchaseId, 'ACTIVE');
    expect(await erase(ID)).toMatchObject({ __typename: 'CustomerNotErasableError', purchases: [] });
    await send('settleHold', { holdId: hold.id, amount: '1', properties: { eats: 'marzipan' } });
    await postRaw(brim, 'balances.finalize', JSON.stringify({ lock_id: 'kumquat', action: 'confirm' }));
    await send('refundPurchase', {
      purchaseId: topUp.purchaseId,
      amount: { amount: '1', currency: 'usd' },
      reason: 'gooseberry',
    });
    await until(async () =>
      expect((await sql.rows('SELECT 1 FROM webhook_delivery WHERE endpoint_id = $1', [endpoint.id])).length).toBeGreaterThan(2),
    );
    for (const word of WORDS) expect(await tablesWith(word), word).not.toEqual([]);

    const NUMBERS = `SELECT sequence, feature_id, kind, amount, requested, applied, units, cost, cause, allocations, granted_after,
      remaining_after, held_after, usage_after, purchase_id, payment_id, refund_id, occurred_at, recorded_at, made_by
      FROM ledger_entry WHERE customer_id = $1 ORDER BY sequence`;
    const BALANCES = 'SELECT feature_id, granted, remaining, held, usage, version FROM balance WHERE customer_id = $1 ORDER BY 1';
    const numbers = await sql.rows(NUMBERS, [ID]);
    const balances = await sql.rows(BALANCES, [ID]);
    const payers = await sql.rows<{ id: string }>('SELECT provider_id AS id FROM payer WHERE customer_id = $1', [ID]);
    expect(payers).toHaveLength(1);

    const { erasedId, complete } = await erase(ID, 'request 4711');
    expect(complete).toBe(true);
    expect(erasedId).toMatch(/^erased_[0-9a-f]{32}$/);
    for (const word of WORDS) expect(await tablesWith(word), word).toEqual([]);
    expect(await sql.rows(NUMBERS, [erasedId])).toEqual(numbers);
    expect(await sql.rows(BALANCES, [erasedId])).toEqual(balances);
    expect(numbers.length).toBeGreaterThan(8);
    const [sum] = await sql.rows('SELECT sum(amount) AS remaining FROM ledger_entry WHERE customer_id = $1', [erasedId]);
    expect(sum).toMatchObject({ remaining: balances[0]?.['remaining'] });

    const { customer, purchase } = await brim.data(
      `query ($id: ID!, $purchaseId: ID!) { customer(id: $id) { name email metadata erasedAt balances { remaining } }
        purchase(id: $purchaseId) { status customer { id } payments { amount { amount } refunds { reason amount { amount } } } } }`,
      { id: erasedId, purchaseId: topUp.purchaseId },
    );
    expect(customer).toMatchObject({ name: null, email: null, metadata: {}, erasedAt: expect.any(String) });
    expect(purchase).toMatchObject({
      customer: { id: erasedId },
      payments: [{ amount: { amount: '10' }, refunds: [{ reason: null, amount: { amount: '1' } }] }],
    });
    const { customers, auditLog } = await brim.data(
      `query ($id: ID!) { customers(first: 100) { nodes { id } } auditLog(customerId: $id, first: 1) { nodes { operation outcome ids } } }`,
      { id: erasedId },
    );
    expect(customers.nodes).not.toContainEqual({ id: erasedId });
    expect(auditLog.nodes).toEqual([{ operation: 'eraseCustomer', outcome: 'DONE', ids: { erasedId } }]);

    // Stripe has deleted its customer, and Brim has forgotten who it was.
    await until(async () => expect(await sql.rows('SELECT 1 FROM payer WHERE customer_id = $1', [erasedId])).toEqual([]));
    const [atStripe] = await sql.rows('SELECT body FROM stripe_sandbox.object WHERE id = $1', [payers[0]?.id]);
    expect(atStripe).toEqual({ body: { id: payers[0]?.id, object: 'customer', deleted: true } });

    // Signing up again makes a new customer, also for a process that remembers the old one.
    await send('createCustomer', { id: ID });
    expect(await track(ID, {}, other)).toMatchObject({ entry: { sequence: 2 }, balance: { remaining: '9' } });
    await until(async () =>
      expect((await brim.query('{ viewer { id } }', {}, token)).errors?.[0]?.message).toMatch(/was revoked/),
    );
    const fresh = await createCustomerToken(brim, ID);
    expect((await other.data('{ viewer { id } }', {}, fresh)).viewer).toEqual({ id: ID });
    await expect(erase('nobody')).resolves.toMatchObject({ __typename: 'CustomerNotFoundError' });
    await expect(erase('a b')).resolves.toMatchObject({ __typename: 'InvalidInputError', issues: [{ path: ['customerId'] }] });
  });

  it('knows every column of every table', async () => {
    /** What says nothing about a customer: ids and words of Brim, of Stripe, and of the app. */
    const KEPT: Readonly<Record<string, readonly string[]>> = {
      ...{
        feature: ['id', 'name', 'credit_costs', 'metadata'],
        plan: ['id', 'name', 'description', 'group', 'terms', 'metadata'],
      },
      ...{ account: ['frozen', 'limits'], balance: ['feature_id'], usage_hour: ['feature_id'], sweep: ['name'] },
      installation: ['installation_id'],
      _prisma_migrations: ['id', 'checksum', 'migration_name', 'logs'],
      ledger_entry: ['feature_id', 'allocations', 'purchase_id', 'payment_id', 'refund_id', 'dispute_id', 'made_by'],
      grant: ['id', 'feature_id', 'purchase_id', 'rollover', 'payment_id'],
      hold: ['feature_id', 'parts'],
      purchase: ['id', 'plan_id', 'base_group', 'quantities', 'currency', 'checkout_id', 'payment_account', 'subscription_id'],
      payment: ['id', 'purchase_id', 'currency', 'failure_code', 'charge_id', 'invoice_id', 'payment_account'],
      refund: ['id', 'payment_id', 'provider_id', 'currency'],
      dispute: ['id', 'payment_id', 'provider_id', 'currency'],
      payer: ['account', 'provider_id'],
      payment_event: ['id', 'type', 'object_id', 'failure', 'outcome', 'note'],
      webhook_endpoint: ['id', 'url', 'events', 'disabled_reason', 'secret', 'previous_secret'],
      secret_key: ['id', 'name', 'prefix', 'digest', 'scopes'],
      audit_entry: ['actor', 'actor_id', 'actor_name', 'operation', 'request_id', 'ids'],
      erasure: ['id', 'customer_id', 'reason'],
      alert_trigger: ['alert_id'],
    };
    const plan = [...SELF, ...WHOLE, ...IN_BATCHES];
    const isKnown = ({ table, column }: Column) =>
      KEPT[table]?.includes(column) ||
      plan.some((part) => part.table.replaceAll('"', '') === table && (part.becomes === 'delete' || column in part.becomes));
    const columns = await sql.rows<Column & Record<string, unknown>>(TEXT);
    expect(columns.length).toBeGreaterThan(80);
    expect(columns.filter((each) => !isKnown(each))).toEqual([]);
    const withId = columns.filter(({ column }) => column === 'customer_id').map(({ table }) => table);
    const planned = new Set(plan.map((part) => part.table.replaceAll('"', '')));
    expect(withId.filter((table) => table !== 'erasure' && !planned.has(table))).toEqual([]);
  });

  it('ends subscriptions of the customer, with a reason', async () => {
    await createCustomer(brim, 'listened-to');
    const token = await createCustomerToken(brim, 'listened-to');
    const own = subscribe(brim.socket(token), 'subscription { balanceChanged { cause } }');
    await take(own, 1);
    const streams = [brim, other].map((each) =>
      subscribe(each.socket(), 'subscription { balanceChanged(customerId: "listened-to") { cause } }'),
    );
    for (const stream of streams) await take(stream, 1);
    await erase('listened-to');
    for (const stream of streams) await expect(stream.next()).rejects.toThrow(/There is no customer with the id "listened-to"/);
    // Whichever comes first: the customer is gone, or its token is revoked.
    await expect(own.next()).rejects.toBeDefined();
    await until(async () =>
      expect((await other.query('{ viewer { id } }', {}, token)).errors?.[0]?.message).toMatch(/was revoked/),
    );
  });

  it('is wholly before or wholly after each use that races with it', async () => {
    await createCustomer(brim, 'raced');
    const uses = Array.from({ length: 60 }, (_, index) => track('raced', { onShortfall: 'OVERDRAW' }, index % 2 ? brim : other));
    const [{ erasedId }, ...answers] = await Promise.all([erase('raced'), ...uses]);
    const before = answers.filter(({ __typename }) => __typename === 'TrackSuccess').length;
    expect(answers.filter(({ __typename }) => __typename === 'CustomerNotFoundError')).toHaveLength(60 - before);
    const [balance] = await sql.rows('SELECT remaining::int, version::int FROM balance WHERE customer_id = $1', [erasedId]);
    expect(balance).toEqual({ remaining: 10 - before, version: 1 + before });
    expect(await tablesWith('raced')).toEqual([]);
  });

  it('goes on where a process ended, and lets nobody sign up with the id until it is done', async () => {
    await createCustomer(brim, 'large');
    await sql.rows(`INSERT INTO erasure (id, customer_id, begun_at) VALUES ('erased_by_hand', 'gone', now())`);
    await sql.rows(`INSERT INTO command SELECT 'gone', 'k' || n, 'f', 1, 1, now() FROM generate_series(1, 12000) n`);
    const signUp = () => brim.query('mutation { createCustomer(input: { id: "gone" }) { __typename } }');
    const first = await signUp();
    if (first.errors) expect(first.errors[0]?.extensions).toMatchObject({ code: 'CUSTOMER_BEING_ERASED', retryable: true });
    await expect(
      sql.rows(`INSERT INTO erasure (id, customer_id, begun_at) VALUES ('x', 'late', now());
        INSERT INTO customer (id, metadata, created_at) VALUES ('late', '{}', now())`),
    ).rejects.toThrow('is being erased');
    await until(async () => expect(await sql.rows(`SELECT 1 FROM command WHERE customer_id = 'gone'`)).toEqual([]), 20_000);
    await until(async () => expect((await signUp()).errors).toBeUndefined(), 20_000);
  });

  it('changes no number of the ledger, and nobody else may change a row of it', async () => {
    await createCustomer(brim, 'kept');
    await expect(sql.rows(`UPDATE ledger_entry SET reason = NULL WHERE customer_id = 'kept'`)).rejects.toThrow('append-only');
    const wrong = `BEGIN; SET LOCAL brim.erases TO on; UPDATE ledger_entry SET amount = 1 WHERE customer_id = 'kept'; COMMIT`;
    onTestFinished(() => sql.rows('ROLLBACK').then(() => undefined));
    await expect(sql.rows(wrong)).rejects.toThrow('changes no number');
  });
});
