/** A page of all entries is read by index, and reads little that it does not show. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AllEntriesPage, openAllEntries } from '../../../src/ledger/all-entries.ts';
import type { Reader } from '../../../src/ledger/tables/question.ts';
import { type PlanNode, type PlanRow, planOf } from '../../support/query-plan.ts';
import { type Fixture, openFixture } from '../fixture.ts';

/** One a second, of three customers in turn. Most are resets, some are uses, and few are grants. */
const ENTRIES = 30_000;
const GRANTS = [10, 15_000, 29_990];
const LIMIT = 11;
const BEGIN = new Date('2026-01-01T00:00:00Z');
const at = (second: number) => new Date(BEGIN.getTime() + second * 1_000);
/** Recorded four seconds before its position tells, as a transaction that waited long. */
const LATE = 20_000;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
  const { client } = fixture.database;
  await client.$executeRaw`
    INSERT INTO ledger_entry (customer_id, sequence, feature_id, kind, amount, allocations, granted_after, remaining_after, held_after,
      usage_after, unlimited_after, occurred_at, recorded_at, position)
    SELECT 'customer ' || n % 3, n / 3 + 1, 'calls',
      (CASE WHEN n = ANY (${GRANTS}) THEN 'GRANT' WHEN n % 10 < 7 THEN 'RESET' ELSE 'USAGE' END)::"LedgerEntryKind",
      0, '[]', 0, 0, 0, 0, false, now(), ${BEGIN}::timestamptz + (CASE n WHEN ${LATE} THEN n - 4 ELSE n END) * interval '1 second',
      -- Every tenth position was given to a transaction that failed.
      n + n / 10
    FROM generate_series(1, ${ENTRIES}) AS n`;
  await client.$executeRaw`ANALYZE`;
});
afterAll(() => fixture.close());

const page = (asked: Partial<AllEntriesPage>): AllEntriesPage => ({
  ...{ kinds: null, before: null, after: null, from: null, to: null, fromOldest: false, limit: LIMIT },
  ...asked,
});

/** The entries of a page, by the number under which they were inserted. */
async function numbersOf(asked: Partial<AllEntriesPage>, isTimeMoved = false): Promise<readonly number[]> {
  const found = await openAllEntries(fixture.database.statements, isTimeMoved).page(page(asked));
  return found.map(({ entry }) => (Number(entry.sequence) - 1) * 3 + Number(entry.customerId.slice(-1)));
}

/** How many entries the statements of a page visit. */
async function rowsVisited(asked: Partial<AllEntriesPage>): Promise<number> {
  const { statements } = fixture.database;
  const nodes: PlanNode[] = [];
  const explaining: Reader = {
    async read(text, values) {
      nodes.push(...(await planOf(text, (explained) => statements.read<PlanRow>(explained, values))));
      return statements.read(text, values);
    },
  };
  await openAllEntries(explaining, false).page(page(asked));
  const visits = nodes.filter((node) => node['Relation Name'] === 'ledger_entry');
  expect(visits.map((node) => node['Node Type']).filter((type) => !/^Index (Only )?Scan$/.test(type))).toEqual([]);
  return visits.reduce(
    (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    0,
  );
}

describe('a page of all entries', () => {
  test.each<[what: string, asked: Partial<AllEntriesPage>, most: number]>([
    ['without a filter', {}, LIMIT],
    ['after a cursor', { before: 5_000n }, LIMIT],
    ['of rare kinds', { kinds: ['GRANT', 'VOID'] }, GRANTS.length],
    // The search for each end, and the ten seconds by which positions may err.
    ['of a stretch of time', { from: at(9_000), to: at(12_000) }, LIMIT + 2 * 17 + 12],
    ['of a short stretch', { from: at(9_000), to: at(9_002) }, 2 * 17 + 24],
    ['of rare kinds in a stretch of time', { kinds: ['GRANT'], from: at(100), to: at(20_000) }, 2 * 17 + 1],
  ])('%s visits no more than it needs', async (_, asked, most) => {
    for (const fromOldest of [false, true]) expect(await rowsVisited({ ...asked, fromOldest })).toBeLessThanOrEqual(most);
  });

  test('shows the newest first, across gaps of positions', async () => {
    expect(await numbersOf({ limit: 3 })).toEqual([30_000, 29_999, 29_998]);
    expect(await numbersOf({ before: 12n })).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(await numbersOf({ kinds: ['GRANT', 'VOID'] })).toEqual(GRANTS.toReversed());
    expect(await numbersOf({ fromOldest: true, after: 8n, limit: 3 })).toEqual([10, 9, 8].map((number) => number + 1));
    expect(await numbersOf({ kinds: ['GRANT', 'VOID'], fromOldest: true, limit: 2 })).toEqual([15_000, 10]);
    expect(await numbersOf({ kinds: [] })).toEqual([]);
  });

  test.each([false, true])('has exactly what was recorded in a stretch of time, where time is moved: %s', async (isMoved) => {
    expect(await numbersOf({ from: at(100), to: at(104) }, isMoved)).toEqual([103, 102, 101, 100]);
    expect(await numbersOf({ from: at(29_999) }, isMoved)).toEqual([30_000, 29_999]);
    expect(await numbersOf({ to: at(3) }, isMoved)).toEqual([2, 1]);
    expect(await numbersOf({ to: at(1) }, isMoved)).toEqual([]);
    expect(await numbersOf({ from: at(40_000) }, isMoved)).toEqual([]);
    expect(await numbersOf({ kinds: ['GRANT'], from: at(11) }, isMoved)).toEqual([29_990, 15_000]);
  });

  test('has all between the first and the last instant that a caller can name', async () => {
    const ends = { from: new Date('0001-01-01T00:00:00Z'), to: new Date('9999-12-31T23:59:59.999Z') };
    expect(await numbersOf({ ...ends, limit: 2 })).toEqual([30_000, 29_999]);
    expect(await numbersOf({ to: ends.from })).toEqual([]);
    expect(await numbersOf({ from: ends.to })).toEqual([]);
  });

  test('has an entry that was recorded before its position tells', async () => {
    expect(await numbersOf({ from: at(LATE - 4), to: at(LATE - 3) })).toEqual([LATE, LATE - 4]);
    expect(await numbersOf({ from: at(LATE), to: at(LATE + 1) })).toEqual([]);
  });
});
