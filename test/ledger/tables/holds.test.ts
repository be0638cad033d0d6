/** A page of a customer with very many holds is read from an index of each status. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StatementValue } from '../../../src/database/statement-values.ts';
import type { HoldStatus } from '../../../src/ledger/model/types.ts';
import { countHolds, findHoldPages } from '../../../src/ledger/tables/holds.ts';
import type { CustomerPage } from '../../../src/values/customer-page.ts';
import { type PlanNode, type PlanRow, planOf, rowsRead } from '../../support/query-plan.ts';
import { type Fixture, openFixture } from '../fixture.ts';

/** One a second. All but a few were settled. */
const HOLDS = 30_000;
const OPEN = [1, 15_000, 29_999];
const LIMIT = 21;
const BEGIN = new Date('2026-01-01T00:00:00Z');
const at = (second: number) => new Date(BEGIN.getTime() + second * 1_000);

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
  const { client } = fixture.database;
  await client.$executeRaw`INSERT INTO account (customer_id, sequence) VALUES ('busy', 0), ('idle', 0)`;
  await client.$executeRaw`
    INSERT INTO hold (customer_id, id, feature_id, amount, status, settled_amount, ended_at, parts, created_at, expires_at)
    SELECT 'busy', n, 'calls', 1, (CASE WHEN n = ANY (${OPEN}) THEN 'OPEN' ELSE 'SETTLED' END)::"HoldStatus",
      CASE WHEN n <> ALL (${OPEN}) THEN 1 END, CASE WHEN n <> ALL (${OPEN}) THEN now() END, '[]',
      ${BEGIN}::timestamptz + n * interval '1 second', now()
    FROM generate_series(1, ${HOLDS}) AS n`;
  await client.$executeRaw`ANALYZE`;
});
afterAll(() => fixture.close());

type Page = CustomerPage<HoldStatus>;
const page = (asked: Partial<Page>): Page => ({
  ...{ customerId: 'busy', statuses: null, after: null, before: null, fromOldest: false, limit: LIMIT },
  ...asked,
});

async function idsOf(asked: Partial<Page>): Promise<readonly number[]> {
  const [found] = await findHoldPages(fixture.database.statements, [page(asked)]);
  return (found?.values ?? []).map(({ id }) => Number(id));
}

test.each<[what: string, asked: Partial<Page>]>([
  ['all of them', {}],
  ['the open ones', { statuses: ['OPEN'] }],
  ['those that ended', { statuses: ['SETTLED', 'RELEASED', 'EXPIRED'] }],
  ['those after a cursor', { before: { createdAt: at(15_001), id: '15001' } }],
  ['those of a stretch of time', { after: { createdAt: at(14_990), id: '' }, before: { createdAt: at(15_010), id: '' } }],
])('%s: reads the rows that it shows, and a few of other statuses', async (_, asked) => {
  const { statements } = fixture.database;
  let plan: readonly PlanNode[] = [];
  const explaining = {
    async read(text: string, values?: readonly StatementValue[]) {
      plan = await planOf(text, (explained) => statements.read<PlanRow>(explained, values));
      return [];
    },
  };
  for (const fromOldest of [false, true]) {
    await findHoldPages(explaining, [page({ ...asked, fromOldest })]);
    expect(rowsRead(plan, 'hold')).toBeLessThanOrEqual(LIMIT + OPEN.length + 1);
  }
});

test('shows the newest first', async () => {
  expect(await idsOf({ limit: 3 })).toEqual([30_000, 29_999, 29_998]);
  expect(await idsOf({ statuses: ['OPEN'] })).toEqual(OPEN.toReversed());
  expect(await idsOf({ statuses: ['OPEN', 'SETTLED'], after: { createdAt: at(29_999), id: '' } })).toEqual([30_000, 29_999]);
  expect(await idsOf({ statuses: ['OPEN'], before: { createdAt: at(15_000), id: '15000' } })).toEqual([1]);
  expect(await idsOf({ statuses: ['SETTLED'], fromOldest: true, limit: 3 })).toEqual([4, 3, 2]);
  expect(await idsOf({ statuses: [] })).toEqual([]);
  expect(await idsOf({ customerId: 'idle' })).toEqual([]);
  expect(await idsOf({ customerId: 'nobody' })).toEqual([]);
});

test('counts up to a bound', async () => {
  const filters = [
    page({}),
    page({ statuses: ['OPEN'] }),
    page({ after: { createdAt: at(29_999), id: '' } }),
    page({ customerId: 'idle' }),
  ];
  const counts = await countHolds(fixture.database.statements, filters);
  expect(counts.map(({ values }) => values)).toEqual([[10_001], [3], [2], [0]]);
});
