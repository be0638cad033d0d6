/**
 * The order in which the entries of all customers are written.
 *
 * Each entry draws a position when it is inserted, and becomes visible with its commit. So a
 * position that is missing may still come, until every transaction has ended that had begun to
 * write when a later position was seen.
 */
import type { LedgerEntry } from '../model/types.ts';
import { ENTRY_COLUMNS, type EntryRow, toEntry } from './entry-rows.ts';
import type { Reader } from './question.ts';

/** A place in that order. */
export interface Place {
  /** The position of an entry; 0 for the place before all of them. */
  readonly position: bigint;
  /** When that entry was recorded: another ledger has another entry at the position. */
  readonly recordedAt: Date | null;
}

/** Before all entries that have a position. */
export const BEFORE_ALL: Place = { position: 0n, recordedAt: null };

export interface PlacedEntry {
  readonly position: bigint;
  readonly entry: LedgerEntry;
}

/** The visible entries from a position on. Some of those between them may still come. */
export async function findEntriesFrom(reader: Reader, position: bigint, limit: number): Promise<readonly PlacedEntry[]> {
  const rows = await reader.read<EntryRow & { readonly position: bigint }>(
    `SELECT e.position, ${ENTRY_COLUMNS} FROM ledger_entry e WHERE e.position >= $1 ORDER BY e.position LIMIT $2`,
    [position, limit],
  );
  return rows.map((row) => ({ position: row.position, entry: toEntry(row) }));
}

/** The place of the visible entry with the highest position. */
export async function findNewestPlace(reader: Reader): Promise<Place> {
  const rows = await reader.read<{ position: bigint; recorded_at: Date }>(
    'SELECT position, recorded_at FROM ledger_entry WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1',
  );
  const [newest] = rows;
  return newest ? { position: newest.position, recordedAt: newest.recorded_at } : BEFORE_ALL;
}

/**
 * A transaction id that is greater than those of all transactions that have drawn a position so
 * far.
 */
export async function drawFence(reader: Reader): Promise<string> {
  const [row] = await reader.read<{ fence: string }>('SELECT pg_current_xact_id()::text AS fence');
  if (!row) throw new Error('PostgreSQL gave no transaction id');
  return row.fence;
}

/**
 * Whether all transactions before the fence have ended. What they wrote is visible from then on.
 */
export async function isPast(reader: Reader, fence: string): Promise<boolean> {
  const [row] = await reader.read<{ past: boolean }>('SELECT pg_snapshot_xmin(pg_current_snapshot()) >= $1::text::xid8 AS past', [
    fence,
  ]);
  return row?.past === true;
}
