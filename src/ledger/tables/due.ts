/** Finds the accounts that are due. */
import type { Reader } from './question.ts';

/** The nearest instant at which any account is due. */
export async function findNextDue(reader: Reader, except: readonly string[]): Promise<Date | null> {
  const rows = await reader.read<{ at: Date | null }>(
    'SELECT min(next_due_at) AS at FROM account WHERE customer_id <> ALL($1::text[])',
    [except],
  );
  return rows[0]?.at ?? null;
}

/**
 * The overdue customers, longest overdue first. Skips locked accounts: the transaction that locked
 * one lets it catch up, and the rest of a batch would wait for it.
 */
export async function findDue(reader: Reader, now: Date, limit: number, except: readonly string[]): Promise<readonly string[]> {
  const rows = await reader.read<{ id: string }>(
    `SELECT customer_id AS id FROM account WHERE next_due_at <= $1 AND customer_id <> ALL($2::text[])
     ORDER BY next_due_at, customer_id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED`,
    [now, except, limit],
  );
  return rows.map((row) => row.id);
}
