/** Reads what a payment granted, for readers. */
import type { Grant, LedgerEntry } from '../model/types.ts';
import { ENTRY_COLUMNS, type EntryRow, toEntry } from './entry-rows.ts';
import { GRANT_COLUMNS, type GrantRow, toGrant } from './grant-rows.ts';
import type { Reader } from './question.ts';

/** The entries of a payment, in order. */
export async function findEntriesOfPayment(reader: Reader, paymentId: string): Promise<readonly LedgerEntry[]> {
  const rows = await reader.read<EntryRow>(
    `SELECT ${ENTRY_COLUMNS} FROM ledger_entry e WHERE e.payment_id = $1 ORDER BY e.sequence`,
    [paymentId],
  );
  return rows.map(toEntry);
}

/** The grants that a payment paid for. */
export async function findGrantsOfPayment(reader: Reader, paymentId: string): Promise<readonly Grant[]> {
  const rows = await reader.read<GrantRow>(`SELECT ${GRANT_COLUMNS} FROM "grant" g WHERE g.payment_id = $1`, [paymentId]);
  return rows.map(toGrant);
}
