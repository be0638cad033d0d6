/** Reads what subscribers follow, for many of them in one statement. */
import type { Statements } from '../../database/statements.ts';
import type { Balance, LedgerEntry } from '../model/types.ts';
import { ENTRY_COLUMNS, type EntryRow, toEntry } from './entry-rows.ts';
import { BALANCE_COLUMNS, type BalanceRow, toBalance } from './reads.ts';

type Reader = Pick<Statements, 'read'>;

/** How far a customer's ledger has come. */
export interface Head {
  readonly customerId: string;
  /** The number of the last entry; 0 without one. */
  readonly sequence: bigint;
}

/** Those of the ledgers that are not where they were, as they are now. */
export function findMovedHeads(reader: Reader, known: readonly Head[]): Promise<readonly Head[]> {
  return reader.read<Head>(
    `SELECT k.customer_id AS "customerId", coalesce(a.sequence, 0) AS sequence
     FROM unnest($1::text[], $2::int8[]) AS k (customer_id, sequence) LEFT JOIN account a ON a.customer_id = k.customer_id
     WHERE coalesce(a.sequence, 0) <> k.sequence`,
    [known.map(({ customerId }) => customerId), known.map(({ sequence }) => sequence)],
  );
}

/** A place in a customer's ledger, and how many entries are wanted from there. */
export interface Following {
  readonly customerId: string;
  readonly after: bigint;
  readonly limit: number;
}

/** For each place the entries that follow it, oldest first. */
export async function findEntriesAfter(
  reader: Reader,
  places: readonly Following[],
): Promise<readonly (readonly LedgerEntry[])[]> {
  const rows = await reader.read<EntryRow & { readonly place: bigint }>(
    `SELECT wanted.place, ${ENTRY_COLUMNS}
     FROM unnest($1::text[], $2::int8[], $3::int4[]) WITH ORDINALITY AS wanted (customer_id, after, at_most, place)
     CROSS JOIN LATERAL (
       SELECT * FROM ledger_entry x WHERE x.customer_id = wanted.customer_id AND x.sequence > wanted.after
       ORDER BY x.sequence LIMIT wanted.at_most
     ) e ORDER BY wanted.place, e.sequence`,
    [places.map(({ customerId }) => customerId), places.map(({ after }) => after), places.map(({ limit }) => limit)],
  );
  const found: LedgerEntry[][] = places.map(() => []);
  for (const row of rows) found[Number(row.place) - 1]?.push(toEntry(row));
  return found;
}

/** A customer's ledger at one moment. */
export interface Snapshot {
  readonly sequence: bigint;
  readonly balances: readonly Balance[];
}

/** The last sequence numbers and the balances at these numbers. Unknown customers are left out. */
export async function findSnapshots(reader: Reader, customerIds: readonly string[]): Promise<ReadonlyMap<string, Snapshot>> {
  const rows = await reader.read<BalanceRow & { readonly account: string; readonly at: bigint }>(
    `SELECT a.customer_id AS account, a.sequence AS at, ${BALANCE_COLUMNS} FROM account a LEFT JOIN balance b USING (customer_id)
     WHERE a.customer_id = ANY($1::text[]) ORDER BY a.customer_id, b.feature_id`,
    [[...new Set(customerIds)]],
  );
  const found = new Map<string, { sequence: bigint; balances: Balance[] }>();
  for (const row of rows) {
    const snapshot = found.get(row.account) ?? { sequence: row.at, balances: [] };
    found.set(row.account, snapshot);
    if (row.version !== null) snapshot.balances.push(toBalance(row));
  }
  return found;
}
