/** Reads the table usage_hour. */
import type { Database } from '../../database/database.ts';
import { type Decimal, decimal } from '../../values/decimal.ts';
import type { UsageRequest } from '../model/types.ts';

/**
 * Sums hours instead of entries, so a million entries cost no more than their hours. Weeks begin on
 * Monday.
 */
export async function findUsage(
  reader: Database['client'],
  { customerId, featureId, from, to, bucket }: UsageRequest,
): Promise<readonly { start: Date; amount: Decimal }[]> {
  const rows = await reader.$queryRaw<{ start: Date; amount: string }[]>`
    SELECT date_trunc(${bucket.toLowerCase()}, hour, 'UTC') AS start, sum(amount)::text AS amount FROM usage_hour
    WHERE customer_id = ${customerId} AND feature_id = ${featureId} AND hour >= ${from} AND hour < ${to}
    GROUP BY 1 ORDER BY 1`;
  return rows.map(({ start, amount }) => ({ start, amount: decimal(amount) }));
}
