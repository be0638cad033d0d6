/** Finds an instant in a table whose rows draw positions, nearly in the order of their time. */
import type { Statements } from './statements.ts';

/** A table with a column `position` that has an index, and a column of the time. */
export type OrderedTable =
  | { readonly table: 'ledger_entry'; readonly time: 'recorded_at' }
  | { readonly table: 'audit_entry'; readonly time: 'at' };

/** PostgreSQL adds, because the sum may lie beyond the years that a Date can write for it. */
const LATER = "$1::timestamptz + $2::float8 * interval '1 millisecond'";

/**
 * Searches by halves for the last position before an instant that is so much later, as if rows were
 * in the order of their time; 0 where there is none. Positions may be missing.
 */
async function findPositionBefore(
  { read }: Pick<Statements, 'read'>,
  { table, time }: OrderedTable,
  instant: Date,
  laterMs: number,
): Promise<bigint> {
  const [row] = await read<{ before: bigint }>(
    `WITH RECURSIVE search AS (
       SELECT 0::int8 AS before, coalesce((SELECT max(position) FROM ${table} WHERE position IS NOT NULL), 0) + 1 AS first
       UNION ALL
       SELECT CASE WHEN x.${time} < ${LATER} THEN x.position ELSE s.before END,
         CASE WHEN x.${time} < ${LATER} THEN s.first ELSE (s.before + s.first) / 2 END
       FROM search s LEFT JOIN LATERAL (
         SELECT position, ${time} FROM ${table}
         WHERE position >= (s.before + s.first) / 2 AND position < s.first ORDER BY position LIMIT 1
       ) x ON true
       WHERE s.first - s.before > 1
     )
     SELECT before FROM search WHERE first - before <= 1`,
    [instant, laterMs],
  );
  return row?.before ?? 0n;
}

/**
 * The positions between which all rows of a stretch of time are, and some others: an end is moved
 * by the time for which a row may be out of order. null: without an end.
 */
export async function findPositionsOf(
  statements: Pick<Statements, 'read'>,
  of: OrderedTable,
  { from, to }: { readonly from: Date | null; readonly to: Date | null },
  disorderMs: number,
): Promise<{ readonly after: bigint | null; readonly before: bigint | null }> {
  const lastBefore = (instant: Date | null, laterMs: number) => instant && findPositionBefore(statements, of, instant, laterMs);
  const [after, last] = await Promise.all([lastBefore(from, -disorderMs), lastBefore(to, disorderMs)]);
  return { after, before: last === null ? null : last + 1n };
}
