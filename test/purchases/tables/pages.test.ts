/** A page of a customer with very many purchases is read by index, wherever its time lies. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../src/database/database.ts';
import type { PurchaseStatus } from '../../../src/purchases/model/types.ts';
import { findPaymentPages } from '../../../src/purchases/tables/payments.ts';
import { findPurchasePages } from '../../../src/purchases/tables/purchases.ts';
import type { CustomerPage } from '../../../src/values/customer-page.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { type PlanNode, type PlanRow, planOf, rowsRead } from '../../support/query-plan.ts';

/** One purchase a minute, each with a payment. */
const PURCHASES = 20_000;
const LIMIT = 21;
const BEGIN = new Date('2026-01-01T00:00:00Z');
const at = (minute: number) => new Date(BEGIN.getTime() + minute * 60_000);

let fresh: FreshDatabase;
let database: Database;
beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase({ url: fresh.url });
  const { client } = database;
  await client.$executeRaw`
    INSERT INTO purchase (id, customer_id, plan_id, plan_version, status, quantities, created_at)
    SELECT 'purchase ' || lpad(n::text, 5, '0'), 'regular', 'top_up', 1, (CASE n % 3 WHEN 0 THEN 'FAILED' ELSE 'ACTIVE' END)::"PurchaseStatus",
      '[]', ${BEGIN}::timestamptz + n * interval '1 minute' FROM generate_series(1, ${PURCHASES}) AS n`;
  await client.$executeRaw`
    INSERT INTO payment (id, purchase_id, customer_id, source, status, amount, currency, created_at)
    SELECT 'payment ' || id, id, customer_id, 'SAVED_METHOD', 'SUCCEEDED', 1, 'usd', created_at FROM purchase`;
  await client.$executeRaw`ANALYZE`;
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

type Page = CustomerPage<never>;
const page = (asked: Partial<Page>): Page => ({
  ...{ customerId: 'regular', statuses: null, after: null, before: null, fromOldest: false, limit: LIMIT },
  ...asked,
});

async function planFor(find: typeof findPurchasePages | typeof findPaymentPages, asked: Page): Promise<readonly PlanNode[]> {
  let plan: readonly PlanNode[] = [];
  const explaining: typeof database.client = Object.create(database.client, {
    $queryRawUnsafe: {
      async value(text: string, ...values: unknown[]) {
        plan = await planOf(text, (explained) => database.client.$queryRawUnsafe<PlanRow[]>(explained, ...values));
        return [];
      },
    },
  });
  await find(explaining, [asked]);
  return plan;
}

test.each([
  ['purchase', findPurchasePages],
  ['payment', findPaymentPages],
] as const)('a page of a table %s reads the rows that it shows, and no others', async (table, find) => {
  const before = { createdAt: at(9_000), id: 'x' };
  const since = (minute: number) => ({ after: { createdAt: at(minute), id: '' } });
  for (const fromOldest of [false, true])
    for (const asked of [{}, { before }, since(19_995), { ...since(8_990), before }, since(5_000), since(30_000)])
      expect(rowsRead(await planFor(find, page({ ...asked, fromOldest })), table)).toBeLessThanOrEqual(LIMIT);
});

test('many pages come in one statement, each with what it asked for', async () => {
  const statuses: readonly PurchaseStatus[] = ['FAILED'];
  const found = await findPurchasePages(database.client, [
    { ...page({ after: { createdAt: at(19_999), id: '' } }) },
    { ...page({ after: { createdAt: at(5), id: '' }, before: { createdAt: at(10), id: '' } }), statuses },
    { ...page({ fromOldest: true, limit: 2 }), statuses },
    { ...page({ limit: 2 }), statuses: [] },
    { ...page({ limit: 2 }), statuses: ['FAILED', 'ACTIVE'] },
    { ...page({}), customerId: 'nobody' },
  ]);
  const numbers = found.map((purchases) => purchases.map(({ id }) => Number(id.slice(-5))));
  expect(numbers).toEqual([[20_000, 19_999], [9, 6], [6, 3], [], [20_000, 19_999], []]);
});
