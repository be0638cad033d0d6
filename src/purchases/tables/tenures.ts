/**
 * The table purchase: when customers had plans, by the purchases that became ACTIVE, except those
 * that only bought more.
 */
import type { Database, Transaction } from '../../database/database.ts';

type Reader = Database['client'] | Transaction;

/** One time that a customer had a plan. */
export interface Tenure {
  readonly purchaseId: string;
  readonly version: number;
  /** null while it lasts. */
  readonly endedAt: Date | null;
  /** How often the customer had this plan. */
  readonly times: number;
}

/**
 * The clocks of processes differ, so the newest few are read. The ledger knows which of them was
 * the last.
 */
const NEWEST = 5;

/**
 * All tenures of a customer's plan; or the first one and the newest ones, with all that began at
 * the newest instant.
 */
export async function findTenures(
  reader: Reader,
  customerId: string,
  planId: string,
  which: 'newest' | 'all' = 'newest',
): Promise<readonly Tenure[]> {
  return reader.$queryRaw`
    WITH life AS (
      SELECT id, plan_version, ended_at, settled_at, max(settled_at) OVER () AS newest, count(*) OVER () AS times,
        row_number() OVER (ORDER BY settled_at, ended_at NULLS LAST, id) AS place
      FROM purchase
      WHERE customer_id = ${customerId} AND plan_id = ${planId} AND settled_at IS NOT NULL AND NOT only_bought
    )
    SELECT id AS "purchaseId", plan_version AS version, ended_at AS "endedAt", times::int
    FROM life WHERE ${which === 'all'} OR place = 1 OR place > times - ${NEWEST} OR settled_at = newest ORDER BY place`;
}

/**
 * How often each customer had each plan, by `tenureKey`; a plan that a customer never had is
 * missing.
 */
export async function countTenures(
  reader: Reader,
  keys: readonly { readonly customerId: string; readonly planId: string }[],
): Promise<ReadonlyMap<string, number>> {
  if (keys.length === 0) return new Map();
  const [customerIds, planIds] = [keys.map((key) => key.customerId), keys.map((key) => key.planId)];
  const rows = await reader.$queryRaw<{ customerId: string; planId: string; times: number }[]>`
    SELECT customer_id AS "customerId", plan_id AS "planId", count(*)::int AS times FROM purchase
    WHERE (customer_id, plan_id) IN (SELECT * FROM unnest(${customerIds}::text[], ${planIds}::text[]))
      AND settled_at IS NOT NULL AND NOT only_bought
    GROUP BY customer_id, plan_id`;
  return new Map(rows.map((row) => [tenureKey(row), row.times]));
}

/** An id cannot contain a line feed. */
export function tenureKey({ customerId, planId }: { readonly customerId: string; readonly planId: string }): string {
  return `${customerId}\n${planId}`;
}
