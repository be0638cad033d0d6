/** Reads pages of the entries of all customers, by their positions. */
import { orderBy } from '../../database/either-end.ts';
import type { LedgerEntryKind } from '../model/types.ts';
import { ENTRY_COLUMNS, type EntryRow, toEntry } from './entry-rows.ts';
import type { PlacedEntry } from './positions.ts';
import type { Reader } from './question.ts';

/** Most entries are of these kinds. They have no index of their kind, so that a use costs less. */
export const KINDS_OF_USE = ['USAGE', 'HOLD', 'SETTLE', 'RELEASE'] as const satisfies readonly LedgerEntryKind[];

/** A page of all entries that have a position, newest first. */
export interface AllPage {
  /** None of KINDS_OF_USE; null: of all kinds. */
  readonly kinds: readonly LedgerEntryKind[] | null;
  /** Only those between two positions. */
  readonly after: bigint;
  readonly before: bigint;
  /** Only what was recorded from this instant on, and before the other. */
  readonly from: Date | null;
  readonly to: Date | null;
  /** True where the oldest of these are wanted, and otherwise the newest. */
  readonly fromOldest: boolean;
  readonly limit: number;
}

const COLUMNS = `e.position, ${ENTRY_COLUMNS}`;
const RECORDED = `x.recorded_at >= coalesce($3::timestamptz, '-infinity') AND x.recorded_at < coalesce($4::timestamptz, 'infinity')`;
const NO_USE = `x.kind NOT IN (${KINDS_OF_USE.map((kind) => `'${kind}'`).join(', ')})`;

type Direction = 'ASC' | 'DESC';

const ofAll = (direction: Direction) => `(
  SELECT * FROM ledger_entry x WHERE x.position > $1 AND x.position < $2 AND ${RECORDED} ORDER BY x.position ${direction} LIMIT $5) e`;
/**
 * Reads those at the end of each kind. The columns of its index are compared and ordered as rows,
 * so that PostgreSQL reads that index: a kind may be rarer than it expects, and then the index of
 * positions leads through all entries.
 */
const ofKinds = (direction: Direction) => `unnest($6::text[]::"LedgerEntryKind"[]) AS k (kind)
  CROSS JOIN LATERAL (
    SELECT * FROM ledger_entry x WHERE (x.kind, x.position) > (k.kind, $1::int8) AND (x.kind, x.position) < (k.kind, $2::int8)
      AND ${NO_USE} AND x.position IS NOT NULL AND ${RECORDED}
    ${orderBy(['x.kind', 'x.position'], direction)} LIMIT $5
  ) e`;

export async function findAllPage(
  reader: Reader,
  { kinds, after, before, from, to, fromOldest, limit }: AllPage,
): Promise<readonly PlacedEntry[]> {
  const direction = fromOldest ? 'ASC' : 'DESC';
  const found = await reader.read<EntryRow & { readonly position: bigint }>(
    `SELECT ${COLUMNS} FROM ${(kinds === null ? ofAll : ofKinds)(direction)} ORDER BY e.position ${direction} LIMIT $5`,
    [after, before, from, to, limit, ...(kinds === null ? [] : [kinds])],
  );
  const entries = found.map((row) => ({ position: row.position, entry: toEntry(row) }));
  return fromOldest ? entries.toReversed() : entries;
}
