/** A page of a large ledger is read from an index that holds nothing but what was asked for. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LEDGER_ENTRY_KINDS } from '../../../src/ledger/model/types.ts';
import { type EntryPage, kindOfPage, PAGES } from '../../../src/ledger/tables/pages.ts';
import type { Reader } from '../../../src/ledger/tables/question.ts';
import { type Fixture, openFixture } from '../fixture.ts';

/** Of the account: all but a few are uses, and each is one of three features. */
const ENTRIES = 60_000;
const FEATURES = ['calls', 'images', 'seconds'];
const FIRST = 21;
const RARE = { VOID: 30_000, GRANT: 1, RESET: 59_999 } as const;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
  const { client } = fixture.database;
  await client.$executeRaw`INSERT INTO account (customer_id, sequence) VALUES ('large', ${ENTRIES}), ('small', 0)`;
  await client.$executeRaw`
    INSERT INTO balance (customer_id, feature_id, granted, remaining, held, usage, unlimited, version)
    SELECT 'large', feature, 0, 0, 0, 0, false, 1 FROM unnest(${FEATURES}::text[]) AS feature`;
  await client.$executeRaw`
    INSERT INTO ledger_entry (customer_id, sequence, feature_id, kind, amount, allocations, granted_after, remaining_after, held_after,
      usage_after, unlimited_after, occurred_at, recorded_at)
    SELECT 'large', n, (${FEATURES}::text[])[1 + n % 3],
      (CASE n WHEN ${RARE.VOID} THEN 'VOID' WHEN ${RARE.GRANT} THEN 'GRANT' WHEN ${RARE.RESET} THEN 'RESET' ELSE 'USAGE' END)::"LedgerEntryKind",
      0, '[]', 0, 0, 0, 0, false, now(), now()
    FROM generate_series(1, ${ENTRIES}) AS n`;
  // All rows are sampled: a sample without a rare kind makes the planner see no use in the kind.
  await client.$executeRaw`ALTER TABLE ledger_entry ALTER COLUMN kind SET STATISTICS 10000`;
  await client.$executeRaw`ANALYZE`;
});
afterAll(() => fixture.close());

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}
const nodesOf = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** How PostgreSQL touches the ledger for the statement that this page sends. */
async function visitsOf(asked: EntryPage): Promise<readonly PlanNode[]> {
  const { statements } = fixture.database;
  let nodes: readonly PlanNode[] = [];
  const explaining: Reader = {
    async read(text, values) {
      const [row] = await statements.read<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        values,
      );
      nodes = row?.['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)) ?? [];
      return [];
    },
  };
  await PAGES[kindOfPage(asked)](explaining, [asked]);
  return nodes.filter((node) => node['Relation Name'] === 'ledger_entry');
}

const page = (asked: Partial<EntryPage>): EntryPage => ({
  ...{ customerId: 'large', featureId: null, kind: null, before: null, limit: FIRST },
  ...asked,
});

async function sequencesOf(asked: Partial<EntryPage>): Promise<readonly number[]> {
  const wanted = page(asked);
  const [found] = await PAGES[kindOfPage(wanted)](fixture.database.statements, [wanted]);
  return (found?.values ?? []).map(({ sequence }) => Number(sequence));
}

describe('a page of an account with very many entries', () => {
  const kinds = [null, ...LEDGER_ENTRY_KINDS];
  const asked = [null, ...FEATURES].flatMap((featureId) => kinds.map((kind) => [featureId, kind] as const));

  test.each(asked)('of feature %s and kind %s reads the rows that it shows, and no others', async (featureId, kind) => {
    for (const before of [null, 30_001n, 5n]) {
      const visits = await visitsOf(page({ featureId, kind, before }));
      expect(visits.length).toBeGreaterThan(0);
      expect(visits.map((node) => node['Node Type'])).not.toContain('Seq Scan');
      expect(visits.map((node) => node['Rows Removed by Filter'] ?? 0).every((rows) => rows === 0)).toBe(true);
      const read = visits.reduce((sum, node) => sum + node['Actual Rows'] * node['Actual Loops'], 0);
      expect(read).toBeLessThanOrEqual(FIRST * FEATURES.length);
    }
  });

  test('shows the newest first, of all features and of one', async () => {
    expect(await sequencesOf({ kind: 'USAGE', limit: 4 })).toEqual([60_000, 59_998, 59_997, 59_996]);
    expect(await sequencesOf({ kind: 'USAGE', featureId: 'calls', limit: 3 })).toEqual([60_000, 59_997, 59_994]);
    expect(await sequencesOf({ kind: 'VOID' })).toEqual([RARE.VOID]);
    expect(await sequencesOf({ kind: 'VOID', before: BigInt(RARE.VOID) })).toEqual([]);
    expect(await sequencesOf({ kind: 'RESET', featureId: 'calls' })).toEqual([]);
    expect(await sequencesOf({ kind: 'GRANT', customerId: 'small' })).toEqual([]);
  });
});
