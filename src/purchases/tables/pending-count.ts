/** The table purchase: how many purchases a customer's token began within an hour. */
import type { Transaction } from '../../database/database.ts';

/**
 * Lets one transaction at a time count a customer's new purchases and add one. The lock ends with
 * the transaction.
 */
export async function lockPendingCount(transaction: Transaction, customerId: string): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`purchases begun by ${customerId}`}, 0))`;
}

/**
 * When the customer's token began the purchase that has `newer` more recent ones after it; null
 * where there are fewer.
 */
export async function findBegunBefore(
  transaction: Transaction,
  customerId: string,
  since: Date,
  newer: number,
): Promise<Date | null> {
  const rows = await transaction.$queryRaw<{ at: Date }[]>`
    SELECT created_at AS at FROM purchase WHERE customer_id = ${customerId} AND by_customer AND created_at > ${since}
    ORDER BY created_at DESC OFFSET ${newer} LIMIT 1`;
  return rows[0]?.at ?? null;
}
