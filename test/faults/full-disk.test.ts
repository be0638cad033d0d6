import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openBrim as openClient } from '../../packages/client/src/server/index.ts';
import { postRaw } from '../support/autumn.ts';
import { TEST_KEY, type TestBrim } from '../support/brim.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { balanceOf, createCustomer, createPlan, grant, MESSAGES, openShop, track } from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';

/**
 * A disk that is full, as PostgreSQL says it: in a statement, and in COMMIT. On a small file system
 * of its own, filled to the last block, a real server said the same (53100, in a statement), and
 * these answers came of it.
 */
let database: FreshDatabase;
let sql: Sql;
let brim: TestBrim;

const TABLES = ['ledger_entry', 'customer', 'feature', 'plan', 'purchase'];
const FULL = {
  'in a statement': (table: string) =>
    `CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON ${table} EXECUTE FUNCTION full_disk()`,
  'in COMMIT': (table: string) =>
    `CREATE CONSTRAINT TRIGGER full_disk AFTER INSERT OR UPDATE ON ${table} DEFERRABLE INITIALLY DEFERRED
     FOR EACH ROW EXECUTE FUNCTION full_disk()`,
};
const MOMENTS = ['in a statement', 'in COMMIT'] as const;

beforeAll(async () => {
  database = await freshDatabase();
  sql = await openSql(database.url);
  brim = await openShop({ databaseUrl: database.url });
  await createPlan(brim, { id: 'gift', addOn: true, items: [{ featureId: MESSAGES, included: '5' }] });
  for (const code of ['53100', '58030']) {
    await sql.rows(`CREATE FUNCTION ${code === '53100' ? 'full_disk' : 'broken_disk'}() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '${code}'; END $$`);
  }
});
afterEach(empty);
afterAll(async () => {
  await brim?.close();
  await sql?.close();
  await database?.drop();
});

async function fill(when: (typeof MOMENTS)[number]): Promise<void> {
  for (const table of TABLES) await sql.rows(FULL[when](table));
}

async function empty(): Promise<void> {
  for (const table of TABLES) await sql.rows(`DROP TRIGGER IF EXISTS full_disk ON ${table}`);
}

const WRITES: Record<string, (customerId: string, ids: { holdId: string; grantId: string; entryId: string }) => object> = {
  track: (customerId) => ({ customerId, featureId: MESSAGES }),
  grantBalance: (customerId) => ({ customerId, featureId: MESSAGES, amount: 1 }),
  adjustBalance: (customerId) => ({ customerId, featureId: MESSAGES, by: 1 }),
  placeHold: (customerId) => ({ customerId, featureId: MESSAGES, amount: 1 }),
  settleHold: (_, { holdId }) => ({ holdId, amount: 1 }),
  releaseHold: (_, { holdId }) => ({ holdId }),
  voidGrant: (_, { grantId }) => ({ grantId }),
  reverseUsage: (_, { entryId }) => ({ entryId }),
  attachPlan: (customerId) => ({ customerId, planId: 'gift' }),
  createCustomer: (customerId) => ({ id: `${customerId}-new` }),
  updateCustomer: (customerId) => ({ id: customerId, name: 'New' }),
  createFeature: (customerId) => ({ id: `feature-${customerId}`, name: 'New', type: 'METERED' }),
  archiveFeature: () => ({ id: MESSAGES }),
  createPlan: (customerId) => ({
    id: `plan-${customerId}`,
    name: 'New',
    addOn: true,
    items: [{ featureId: MESSAGES, included: 1 }],
  }),
  updatePlan: () => ({ id: 'gift', name: 'Another name' }),
  archivePlan: () => ({ id: 'gift' }),
};

/** All that a write may change, in one text. */
async function everything(): Promise<string> {
  const tables: string[][] = [];
  for (const table of [...TABLES, 'account', 'balance', '"grant"', 'hold', 'command']) {
    tables.push((await sql.rows(`SELECT * FROM ${table}`)).map((row) => JSON.stringify(row)).sort());
  }
  return JSON.stringify(tables);
}

describe.each(MOMENTS)('a disk that is full %s', (when) => {
  it('is UNAVAILABLE and retryable for every write, and nothing is done', async () => {
    const customerId = `writer-${MOMENTS.indexOf(when)}`;
    await createCustomer(brim, customerId);
    const { grant: given } = await grant(brim, { customerId, amount: '3' });
    const { entry } = await track(brim, { customerId });
    const { placeHold } = await brim.data(
      'mutation ($input: PlaceHoldInput!) { placeHold(input: $input) { ... on PlaceHoldSuccess { hold { id } } } }',
      { input: { customerId, featureId: MESSAGES, amount: 1 } },
    );
    const ids = { holdId: placeHold.hold.id, grantId: given.id, entryId: entry.id };
    const before = await everything();
    await fill(when);
    for (const [verb, input] of Object.entries(WRITES)) {
      const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
      const { data, errors } = await brim.query(
        `mutation ($input: ${type}!) { ${verb}(input: $input) { __typename ... on Error { message } } }`,
        { input: input(customerId, ids) },
      );
      expect([verb, data, errors]).toMatchObject([
        verb,
        { [verb]: null },
        [
          {
            message: 'The disk of the database is full. Nothing was done: try again in a moment.',
            extensions: { code: 'UNAVAILABLE', retryable: true },
          },
        ],
      ]);
    }
    const use = { customer_id: customerId, feature_id: MESSAGES };
    const overHttp = await postRaw(brim, 'balances.track', JSON.stringify(use));
    expect([overHttp.status, await overHttp.json()]).toMatchObject([503, { code: 'unavailable' }]);
    expect(await everything()).toBe(before);
  });

  it('keeps the uses in the outbox, and each counts once when there is room again', async () => {
    const customerId = `outbox-${MOMENTS.indexOf(when)}`;
    await createCustomer(brim, customerId);
    const client = await openClient({ url: brim.url, secretKey: TEST_KEY, outbox: { retryDelayMs: 60_000 } });
    onTestFinished(() => client.close());
    await fill(when);
    for (let turn = 0; turn < 5; turn += 1) {
      expect(await client.track({ customerId, featureId: MESSAGES })).toMatchObject({ __typename: 'TrackQueued' });
    }
    await expect(client.flush()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    expect(client.pending).toBe(5);
    await empty();
    await client.flush();
    expect(client.pending).toBe(0);
    expect(await balanceOf(brim, customerId)).toMatchObject({ usage: '5', remaining: '5' });
  });
});

it('a disk that fails (58030) is UNAVAILABLE and retryable, too', async () => {
  await createCustomer(brim, 'broken');
  await sql.rows('CREATE TRIGGER full_disk BEFORE INSERT ON ledger_entry EXECUTE FUNCTION broken_disk()');
  const { errors } = await brim.query(
    `mutation { track(input: { customerId: "broken", featureId: "${MESSAGES}" }) { __typename } }`,
  );
  expect(errors).toMatchObject([
    { extensions: { code: 'UNAVAILABLE', retryable: true }, message: expect.stringContaining('Nothing was done') },
  ]);
});
