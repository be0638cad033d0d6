/**
 * The table sweep, and the rows that a sweep deletes.
 *
 * A step looks at a few pages of a table, by the places of its rows, so a sweep needs no index that
 * each INSERT would have to keep. It reads a table once in a pass and writes only what it deletes.
 */
import type { Database } from '../database/database.ts';
import type { Sweep } from './kinds.ts';

/** About a megabyte: some thousand rows. */
const PAGES = 128;
/** From the end of one pass to the begin of the next. */
const PAUSE = "interval '1 hour'";

export interface Step {
  readonly deleted: number;
  /** The table has more pages. */
  readonly goesOn: boolean;
}

/**
 * Deletes what is old of the next pages. @returns null where nothing is due, or another process is
 * at it.
 */
export function takeStep(database: Database, { table, column, days, condition }: Sweep, now: Date): Promise<Step | null> {
  return database.transaction(async (transaction) => {
    const [turn] = await transaction.$queryRaw<{ page: bigint; pages: bigint }[]>`
      SELECT next_page AS page, pg_relation_size(${table}::regclass) / current_setting('block_size')::int8 AS pages
      FROM sweep WHERE name = ${table} AND due_at <= clock_timestamp() FOR UPDATE SKIP LOCKED`;
    if (!turn) return null;
    const next = turn.page + BigInt(PAGES);
    // The earlier of two times, so that no clock that is ahead deletes too early.
    const deleted = await transaction.$executeRawUnsafe(
      `DELETE FROM ${table} WHERE ctid >= '(${turn.page},0)'::tid AND ctid < '(${next},0)'::tid
         AND ${column} < least(webhook_now(), $1::timestamptz) - interval '${days} days' ${condition ? `AND ${condition}` : ''}`,
      now.toISOString(),
    );
    const goesOn = next < turn.pages;
    await transaction.$executeRawUnsafe(
      `UPDATE sweep SET next_page = $2, due_at = CASE WHEN $3 THEN due_at ELSE clock_timestamp() + ${PAUSE} END WHERE name = $1`,
      table,
      goesOn ? next : 0n,
      goesOn,
    );
    return { deleted, goesOn };
  });
}

/** Adds the sweeps that the database does not know. */
export async function addSweeps({ statements }: Pick<Database, 'statements'>, names: readonly string[]): Promise<void> {
  await statements.write('INSERT INTO sweep (name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [names]);
}

/** Makes all sweeps due now, from the beginning. */
export async function makeDue({ statements }: Pick<Database, 'statements'>): Promise<void> {
  await statements.write('UPDATE sweep SET next_page = 0, due_at = clock_timestamp()');
}
