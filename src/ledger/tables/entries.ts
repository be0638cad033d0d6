/** Reads ledger entries for readers. */
import type { LedgerEntry } from '../model/types.ts';
import type { BalanceKey } from './balances.ts';
import { ENTRY_COLUMNS, type EntryRow, toEntry } from './entry-rows.ts';
import { type OfCustomer, question, type Reader } from './question.ts';

export interface EntryKey extends OfCustomer {
  readonly sequence: bigint;
}

/** The entries of these numbers. */
export async function findEntries(reader: Reader, keys: readonly EntryKey[]): Promise<readonly LedgerEntry[]> {
  const rows = await reader.read<EntryRow>(
    `SELECT ${ENTRY_COLUMNS} FROM ledger_entry e
     WHERE (e.customer_id, e.sequence) IN (SELECT * FROM unnest($1::text[], $2::int8[]))`,
    [keys.map(({ customerId }) => customerId), keys.map(({ sequence }) => sequence)],
  );
  return rows.map(toEntry);
}

/** A place in a customer's ledger, and how many entries are wanted from there. */
export interface Following extends OfCustomer {
  readonly after: bigint;
  readonly limit: number;
}

/** The entries that follow a place, oldest first. */
export const findEntriesAfter = question<Following, EntryRow, LedgerEntry>({
  wanted: { after: ['int8', ({ after }) => after], most: ['int4', ({ limit }) => limit] },
  from: `SELECT * FROM ledger_entry x WHERE x.customer_id = wanted.customer_id AND x.sequence > wanted.after
    ORDER BY x.sequence LIMIT wanted.most`,
  as: 'e',
  columns: ENTRY_COLUMNS,
  order: 'e.sequence',
  toValue: toEntry,
});

/** How many uses and reversals happened between two instants. */
export async function countUses(
  reader: Reader,
  { customerId, featureId, from, to }: BalanceKey & { readonly from: Date; readonly to: Date },
): Promise<number> {
  const rows = await reader.read<{ count: bigint }>(
    `SELECT count(*) FROM ledger_entry WHERE customer_id = $1 AND feature_id = $2
       AND applied IS NOT NULL AND occurred_at >= $3 AND occurred_at < $4`,
    [customerId, featureId, from, to],
  );
  return Number(rows[0]?.count ?? 0);
}
