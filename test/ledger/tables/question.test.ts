/** A question to the ledger: many keys in one statement, each answered for itself. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAccounts, findBalances, findBalancesOf } from '../../../src/ledger/tables/balances.ts';
import { findOpenGrants } from '../../../src/ledger/tables/grants.ts';
import type { Reader } from '../../../src/ledger/tables/question.ts';
import { type Fixture, openFixture } from '../fixture.ts';

const DUE = new Date('2026-03-01T00:00:00.000Z');
let fixture: Fixture;
/** Of each statement, the number of its keys. */
let sent: number[] = [];
const reader: Reader = {
  read(text, values = []) {
    sent.push(Array.isArray(values[0]) ? values[0].length : 0);
    return fixture.database.statements.read(text, values);
  },
};

beforeAll(async () => {
  fixture = await openFixture();
  const { statements } = fixture.database;
  await statements.write("INSERT INTO account (customer_id, sequence, next_due_at) VALUES ('ann', 7, $1), ('bob', 0, NULL)", [
    DUE,
  ]);
  await statements.write(
    `INSERT INTO balance (customer_id, feature_id, granted, remaining, held, usage, unlimited, version)
     SELECT 'ann', feature, 5, 3.000000000001, 0, 2, false, 7 FROM unnest('{words,images,"a,b"}'::text[]) AS feature`,
  );
});
afterAll(() => fixture.close());

const key = (customerId: string, featureId: string) => ({ customerId, featureId });

test('answers each key in its place, with its account, in one statement', async () => {
  sent = [];
  const keys = [key('bob', 'words'), key('ann', 'words'), key('zoe', 'words'), key('ann', 'none'), key('ann', 'a,b')];
  const found = await findBalances(reader, keys);
  const ann = { sequence: 7n, nextDueAt: DUE, isFrozen: false, limits: [] };
  expect(found).toMatchObject([
    { account: { sequence: 0n, nextDueAt: null }, values: [] },
    { account: ann, values: [{ customerId: 'ann', featureId: 'words', remaining: 3_000_000_000_001n, version: 7n }] },
    { account: null, values: [] },
    { account: ann, values: [] },
    { account: ann, values: [{ featureId: 'a,b' }] },
  ]);
  expect(sent).toHaveLength(1);
});

test('asks once for what many ask', async () => {
  sent = [];
  const [ann, bob] = [{ customerId: 'ann' }, { customerId: 'bob' }];
  const found = await findBalancesOf(reader, [ann, bob, ann, ann]);
  expect(found.map(({ values }) => values.map(({ featureId }) => featureId))).toEqual(
    [ann, bob, ann, ann].map((each) => (each === ann ? ['a,b', 'images', 'words'] : [])),
  );
  expect(sent).toEqual([2]);
});

test('may be about the account alone', async () => {
  const found = await findAccounts(reader, [{ customerId: 'ann' }, { customerId: 'zoe' }]);
  expect(found).toEqual([
    { account: { sequence: 7n, nextDueAt: DUE, isFrozen: false, limits: [] }, values: [] },
    { account: null, values: [] },
  ]);
});

test.each([
  ['accounts', findAccounts],
  ['balances', findBalances],
  ['all balances', findBalancesOf],
  ['grants', findOpenGrants],
] as const)('looks %s up by index, also for very many keys of tables that are small', async (_, ask) => {
  const { statements } = fixture.database;
  await statements.write(
    "INSERT INTO account (customer_id) SELECT 'customer ' || n FROM generate_series(1, 2000) AS n ON CONFLICT DO NOTHING",
  );
  await statements.write('ANALYZE account');
  let plan: readonly string[] = [];
  const explaining: Reader = {
    async read(text, values) {
      const lines = await statements.read<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
      plan = lines.map((line) => line['QUERY PLAN']);
      return [];
    },
  };
  await ask(
    explaining,
    Array.from({ length: 1_000 }, (_, index) => key(`customer ${index}`, 'words')),
  );
  expect(plan.some((line) => /Index .*Scan using account_pkey/.test(line))).toBe(true);
  expect(plan.filter((line) => /Hash|Merge Join|Seq Scan on account/.test(line))).toEqual([]);
});
