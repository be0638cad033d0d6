/**
 * Locks accounts. Locking, reading and writing are separate statements: a statement that both locks
 * and joins reads the other tables as they were before it waited.
 */
import type { Transaction } from '../../database/database.ts';
import type { KeptLimit } from '../model/usage-limit.ts';
import { type LimitRow, toLimits } from './limit-rows.ts';

/** An account as it was locked. */
export interface LockedAccount {
  readonly customerId: string;
  readonly sequence: bigint;
  readonly nextDueAt: Date | null;
  readonly recordedAt: Date | null;
  readonly frozen: readonly string[];
  readonly limits: readonly KeptLimit[];
  readonly limitsVersion: bigint;
  /** The database's time once it was locked. */
  readonly lockedAt: Date;
}

type LockedRow = Omit<LockedAccount, 'limits'> & { readonly limits: readonly LimitRow[] | null };

function toLocked(rows: readonly LockedRow[]): readonly LockedAccount[] {
  return rows.map((row) => ({ ...row, limits: toLimits(row.limits) }));
}

/**
 * Inserts the accounts that a batch opens. Existing ones stay as they are. Waits for another
 * process that inserts the same one.
 */
export async function openAccounts(transaction: Transaction, customerIds: readonly string[]): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO account (customer_id, sequence)
    SELECT id, 0 FROM unnest(${customerIds}::text[]) AS id ORDER BY id
    ON CONFLICT (customer_id) DO NOTHING`;
}

/**
 * Locks the accounts that exist, in the order of their ids, until the transaction ends. The outer
 * query reads the clock, because it gets each row after it is locked; the inner one would read it
 * before the wait.
 */
export async function lockAccounts(transaction: Transaction, customerIds: readonly string[]): Promise<readonly LockedAccount[]> {
  return toLocked(
    await transaction.$queryRaw<LockedRow[]>`
    SELECT locked.*, clock_timestamp() AS "lockedAt" FROM (
      SELECT customer_id AS "customerId", sequence, next_due_at AS "nextDueAt", recorded_at AS "recordedAt",
        coalesce(frozen, '{}') AS frozen, limits, limits_version AS "limitsVersion" FROM account
      WHERE customer_id = ANY(${customerIds}::text[]) ORDER BY customer_id FOR NO KEY UPDATE
    ) AS locked`,
  );
}

/** The same for accounts that are not locked. Leaves out the rest. */
export async function lockFreeAccounts(
  transaction: Transaction,
  customerIds: readonly string[],
): Promise<readonly LockedAccount[]> {
  return toLocked(
    await transaction.$queryRaw<LockedRow[]>`
    SELECT locked.*, clock_timestamp() AS "lockedAt" FROM (
      SELECT customer_id AS "customerId", sequence, next_due_at AS "nextDueAt", recorded_at AS "recordedAt",
        coalesce(frozen, '{}') AS frozen, limits, limits_version AS "limitsVersion" FROM account
      WHERE customer_id = ANY(${customerIds}::text[]) ORDER BY customer_id FOR NO KEY UPDATE SKIP LOCKED
    ) AS locked`,
  );
}
