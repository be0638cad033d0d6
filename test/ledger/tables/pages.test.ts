/** A page of a large ledger is read from an index that holds nothing but what was asked for. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LEDGER_ENTRY_KINDS } from '../../../src/ledger/model/types.ts';
import { type EntryPage, kindOfPage, PAGES } from '../../../src/ledger/tables/pages.ts';
import type { Reader } from '../../../src/ledger/tables/question.ts';
import { findLastBefore } from '../../../src/ledger/tables/recorded.ts';
import { type PlanNode, type PlanRow, planOf, rowsRead } from '../../support/query-plan.ts';
import { type Fixture, openFixture } from '../fixture.ts';

/** Of the account: all but a few are uses of one of three features. One is recorded each second. */
const ENTRIES = 60_000;
const FEATURES = ['calls', 'images', 'seconds'];
const FIRST = 21;
const BEGIN = new Date('2026-01-01T00:00:00Z');
const at = (second: number) => new Date(BEGIN.getTime() + second * 1_000);
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
      0, '[]', 0, 0, 0, 0, false, now(), ${BEGIN}::timestamptz + n * interval '1 second'
    FROM generate_series(1, ${ENTRIES}) AS n`;
  // All rows are sampled: a sample without a rare kind makes the planner see no use in the kind.
  await client.$executeRaw`ALTER TABLE ledger_entry ALTER COLUMN kind SET STATISTICS 10000`;
  await client.$executeRaw`ANALYZE`;
});
afterAll(() => fixture.close());

/** How many entries PostgreSQL reads for the statement that is sent. */
async function rowsReadBy(send: (reader: Reader) => Promise<unknown>): Promise<number> {
  let plan: readonly PlanNode[] = [];
  await send({
    async read(text, values) {
      plan = await planOf(text, (explained) => fixture.database.statements.read<PlanRow>(explained, values));
      return [];
    },
  });
  return rowsRead(plan, 'ledger_entry');
}

const page = (asked: Partial<EntryPage>): EntryPage => ({
  ...{ customerId: 'large', featureId: null, kinds: null, before: null, limit: FIRST },
  ...asked,
});

async function sequencesOf(asked: Partial<EntryPage>): Promise<readonly number[]> {
  const wanted = page(asked);
  const [found] = await PAGES[kindOfPage(wanted)](fixture.database.statements, [wanted]);
  return (found?.values ?? []).map(({ sequence }) => Number(sequence));
}

describe('a page of an account with very many entries', () => {
  const kinds = [null, ...LEDGER_ENTRY_KINDS.map((kind) => [kind]), ['USAGE', 'VOID'], ['GRANT', 'VOID', 'RESET']] as const;
  const asked = [null, ...FEATURES].flatMap((featureId) => kinds.map((each) => [featureId, each] as const));

  test.each(asked)('of feature %s and kinds %s reads the rows that it shows, and no others', async (featureId, ofKinds) => {
    for (const [before, after] of [[null], [30_001n], [5n], [40_000n, 39_990n]] as const) {
      for (const fromOldest of [false, true]) {
        const asks = page({ featureId, kinds: ofKinds, before, after: after ?? null, fromOldest });
        const rows = await rowsReadBy((reader) => PAGES[kindOfPage(asks)](reader, [asks]));
        // PostgreSQL rounds the number of rows that a step has for one feature and kind.
        expect(Math.floor(rows)).toBeLessThanOrEqual(FIRST * FEATURES.length + Object.keys(RARE).length);
      }
    }
  });

  test('shows the newest first, of all features and of one', async () => {
    expect(await sequencesOf({ kinds: ['USAGE'], limit: 4 })).toEqual([60_000, 59_998, 59_997, 59_996]);
    expect(await sequencesOf({ kinds: ['USAGE', 'RESET'], limit: 3 })).toEqual([60_000, 59_999, 59_998]);
    expect(await sequencesOf({ kinds: ['USAGE'], featureId: 'calls', limit: 3 })).toEqual([60_000, 59_997, 59_994]);
    expect(await sequencesOf({ kinds: ['VOID'] })).toEqual([RARE.VOID]);
    expect(await sequencesOf({ kinds: ['VOID', 'GRANT', 'RESET'] })).toEqual([RARE.RESET, RARE.VOID, RARE.GRANT]);
    expect(await sequencesOf({ kinds: ['VOID'], before: BigInt(RARE.VOID) })).toEqual([]);
    expect(await sequencesOf({ kinds: ['VOID'], after: BigInt(RARE.VOID) })).toEqual([]);
    expect(await sequencesOf({ kinds: ['RESET'], featureId: 'calls' })).toEqual([]);
    expect(await sequencesOf({ kinds: ['GRANT'], customerId: 'small' })).toEqual([]);
    expect(await sequencesOf({ kinds: [] })).toEqual([]);
    expect(await sequencesOf({ kinds: ['USAGE'], featureId: 'calls', fromOldest: true, limit: 3 })).toEqual([9, 6, 3]);
    expect(await sequencesOf({ kinds: ['USAGE'], after: 5n, fromOldest: true, limit: 3 })).toEqual([8, 7, 6]);
    expect(await sequencesOf({ kinds: [], featureId: 'calls' })).toEqual([]);
  });
});

describe('the last entry before an instant', () => {
  const lastBefore = async (instant: Date, customerId = 'large') => {
    const [found] = await findLastBefore(fixture.database.statements, [{ customerId, instant }]);
    return found?.values.map(Number);
  };

  test('is the last that was recorded earlier', async () => {
    expect(await lastBefore(at(30_000))).toEqual([29_999]);
    expect(await lastBefore(new Date(at(30_000).getTime() + 1))).toEqual([30_000]);
    expect(await lastBefore(at(1))).toEqual([0]);
    expect(await lastBefore(at(90_000))).toEqual([60_000]);
    expect(await lastBefore(at(1), 'small')).toEqual([0]);
    expect(await lastBefore(at(1), 'nobody')).toEqual([]);
  });

  test('is found by a look at few of them', async () => {
    const asked = [{ customerId: 'large', instant: at(12_345) }];
    expect(await rowsReadBy((reader) => findLastBefore(reader, asked))).toBeLessThanOrEqual(Math.log2(ENTRIES) + 1);
  });
});
