/** Reads the table usage_hour. */
import { type Decimal, decimal } from '../../values/decimal.ts';
import type { UsageRequest } from '../model/usage.ts';
import type { Reader } from './question.ts';

/**
 * Sums hours instead of entries, so a million entries cost no more than their hours. Weeks begin on
 * Monday.
 */
export async function findUsage(
  reader: Reader,
  { customerId, featureId, from, to, bucket }: UsageRequest,
): Promise<readonly { start: Date; amount: Decimal }[]> {
  const rows = await reader.read<{ start: Date; amount: string }>(
    `SELECT date_trunc($1, hour, 'UTC') AS start, sum(amount) AS amount FROM usage_hour
     WHERE customer_id = $2 AND feature_id = $3 AND hour >= $4 AND hour < $5 GROUP BY 1 ORDER BY 1`,
    [bucket.toLowerCase(), customerId, featureId, from, to],
  );
  return rows.map(({ start, amount }) => ({ start, amount: decimal(amount) }));
}
