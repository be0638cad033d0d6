/** Reads the ledger's tables for readers: for many keys at once, in one statement. */
import type { Database } from '../../database/database.ts';
import { decimal } from '../../values/decimal.ts';
import type { Balance, Grant, Hold, LedgerEntry } from '../model/types.ts';
import { ENTRY_COLUMNS, type EntryRow, toEntry } from './entry-rows.ts';
import { GRANT_COLUMNS, type GrantRow, toGrant } from './grant-rows.ts';
import { HOLD_COLUMNS, type HoldRow, toHold } from './hold-rows.ts';

type Reader = Database['client'];

export interface BalanceRow {
  readonly customer_id: string;
  readonly feature_id: string;
  readonly granted: string;
  readonly remaining: string;
  readonly held: string;
  readonly usage: string;
  readonly unlimited: boolean;
  readonly next_reset_at: Date | null;
  readonly next_expiry_at: Date | null;
  readonly version: bigint;
}

export const BALANCE_COLUMNS = `b.customer_id, b.feature_id, b.granted::text, b.remaining::text, b.held::text, b.usage::text, b.unlimited,
  b.next_reset_at, b.next_expiry_at, b.version`;

export function toBalance(row: BalanceRow): Balance {
  return {
    customerId: row.customer_id,
    featureId: row.feature_id,
    granted: decimal(row.granted),
    remaining: decimal(row.remaining),
    held: decimal(row.held),
    usage: decimal(row.usage),
    unlimited: row.unlimited,
    nextResetAt: row.next_reset_at,
    nextExpiryAt: row.next_expiry_at,
    version: row.version,
  };
}

export interface BalanceKey {
  readonly customerId: string;
  readonly featureId: string;
}

export async function findBalances(reader: Reader, keys: readonly BalanceKey[]): Promise<readonly Balance[]> {
  const rows = await reader.$queryRawUnsafe<BalanceRow[]>(
    `SELECT ${BALANCE_COLUMNS} FROM balance b
     WHERE (b.customer_id, b.feature_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
    keys.map((key) => key.customerId),
    keys.map((key) => key.featureId),
  );
  return rows.map(toBalance);
}

export async function findBalancesOf(reader: Reader, customerIds: readonly string[]): Promise<readonly Balance[]> {
  const rows = await reader.$queryRawUnsafe<BalanceRow[]>(
    `SELECT ${BALANCE_COLUMNS} FROM balance b WHERE b.customer_id = ANY($1::text[]) ORDER BY b.customer_id, b.feature_id`,
    customerIds,
  );
  return rows.map(toBalance);
}

export async function findSequences(reader: Reader, customerIds: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
  const rows = await reader.$queryRaw<{ id: string; sequence: bigint }[]>`
    SELECT customer_id AS id, sequence FROM account WHERE customer_id = ANY(${customerIds}::text[])`;
  return new Map(rows.map((row) => [row.id, row.sequence]));
}

/** Those of these customers whose accounts are overdue. */
export async function findOverdue(reader: Reader, customerIds: readonly string[], now: Date): Promise<readonly string[]> {
  const rows = await reader.$queryRaw<{ id: string }[]>`
    SELECT customer_id AS id FROM account WHERE customer_id = ANY(${customerIds}::text[]) AND next_due_at <= ${now}`;
  return rows.map((row) => row.id);
}

/** The nearest instant at which any account is due. */
export async function findNextDue(reader: Reader, except: readonly string[]): Promise<Date | null> {
  const rows = await reader.$queryRaw<{ at: Date | null }[]>`
    SELECT min(next_due_at) AS at FROM account WHERE customer_id <> ALL(${except}::text[])`;
  return rows[0]?.at ?? null;
}

/**
 * The overdue customers, longest overdue first. Skips locked accounts: the transaction that locked
 * one lets it catch up, and the rest of a batch would wait for it.
 */
export async function findDue(reader: Reader, now: Date, limit: number, except: readonly string[]): Promise<readonly string[]> {
  const rows = await reader.$queryRaw<{ id: string }[]>`
    SELECT customer_id AS id FROM account WHERE next_due_at <= ${now} AND customer_id <> ALL(${except}::text[])
    ORDER BY next_due_at, customer_id LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED`;
  return rows.map((row) => row.id);
}

/** The open grants of these balances, or the newest 100 used-up grants of each. */
export async function findGrants(reader: Reader, keys: readonly BalanceKey[], usedUp: boolean): Promise<readonly Grant[]> {
  const rows = await reader.$queryRawUnsafe<GrantRow[]>(
    `SELECT ${GRANT_COLUMNS} FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[])) AS wanted (customer_id, feature_id)
     CROSS JOIN LATERAL (
       ${usedUp ? NEWEST_USED_UP : OPEN}
     ) g`,
    keys.map((key) => key.customerId),
    keys.map((key) => key.featureId),
  );
  return rows.map(toGrant);
}

const OPEN = 'SELECT * FROM "grant" x WHERE x.customer_id = wanted.customer_id AND x.feature_id = wanted.feature_id AND x.open';
const NEWEST_USED_UP = `SELECT * FROM "grant" x WHERE x.customer_id = wanted.customer_id AND x.feature_id = wanted.feature_id
  AND NOT x.open ORDER BY x.sequence DESC LIMIT 100`;

export async function findGrantsById(
  reader: Reader,
  keys: readonly { customerId: string; id: string }[],
): Promise<readonly Grant[]> {
  const rows = await reader.$queryRawUnsafe<GrantRow[]>(
    `SELECT ${GRANT_COLUMNS} FROM "grant" g WHERE (g.customer_id, g.id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
    keys.map((key) => key.customerId),
    keys.map((key) => key.id),
  );
  return rows.map(toGrant);
}

/** Of any customer. */
export async function findGrantsByIdAlone(reader: Reader, ids: readonly string[]): Promise<readonly Grant[]> {
  const rows = await reader.$queryRawUnsafe<GrantRow[]>(
    `SELECT ${GRANT_COLUMNS} FROM "grant" g WHERE g.id = ANY($1::text[])`,
    ids,
  );
  return rows.map(toGrant);
}

export async function findHolds(reader: Reader, ids: readonly string[]): Promise<readonly Hold[]> {
  const rows = await reader.$queryRawUnsafe<HoldRow[]>(`SELECT ${HOLD_COLUMNS} FROM hold h WHERE h.id = ANY($1::text[])`, ids);
  return rows.map(toHold);
}

/** The entries of these numbers. */
export async function findEntries(
  reader: Reader,
  keys: readonly { readonly customerId: string; readonly sequence: bigint }[],
): Promise<readonly LedgerEntry[]> {
  const rows = await reader.$queryRawUnsafe<EntryRow[]>(
    `SELECT ${ENTRY_COLUMNS} FROM ledger_entry e
     WHERE (e.customer_id, e.sequence) IN (SELECT * FROM unnest($1::text[], $2::int8[]))`,
    keys.map((key) => key.customerId),
    keys.map((key) => key.sequence.toString()),
  );
  return rows.map(toEntry);
}

/** The grants that purchases made, oldest first. */
export async function findGrantsOfPurchases(
  reader: Reader,
  keys: readonly { customerId: string; purchaseId: string }[],
): Promise<readonly Grant[]> {
  const rows = await reader.$queryRawUnsafe<GrantRow[]>(
    `SELECT ${GRANT_COLUMNS} FROM "grant" g
     WHERE (g.customer_id, g.purchase_id) IN (SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY g.sequence`,
    keys.map((key) => key.customerId),
    keys.map((key) => key.purchaseId),
  );
  return rows.map(toGrant);
}

/** How many uses and reversals happened between two instants. */
export async function countUses(
  reader: Reader,
  { customerId, featureId, from, to }: BalanceKey & { readonly from: Date; readonly to: Date },
): Promise<number> {
  const rows = await reader.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) FROM ledger_entry WHERE customer_id = ${customerId} AND feature_id = ${featureId}
      AND applied IS NOT NULL AND occurred_at >= ${from} AND occurred_at < ${to}`;
  return Number(rows[0]?.count ?? 0);
}
