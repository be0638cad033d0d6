/** The table purchase: the plans that customers have, by their ACTIVE purchases. */
import type { Database } from '../../database/database.ts';
import type { Buyer } from '../model/buyer.ts';

/** A plan that a customer has by an ACTIVE purchase. */
export interface ActivePlan {
  readonly customerId: string;
  readonly purchaseId: string;
  readonly id: string;
  readonly version: number;
  readonly endsAt: Date | null;
}

/** Each version once, by the purchase that ends last. */
export async function findActivePlans(
  reader: Database['client'],
  customerIds: readonly string[],
): Promise<readonly ActivePlan[]> {
  return reader.$queryRaw`
    SELECT DISTINCT ON (customer_id, plan_id, plan_version)
      customer_id AS "customerId", id AS "purchaseId", plan_id AS id, plan_version AS version, ends_at AS "endsAt"
    FROM purchase WHERE customer_id = ANY(${customerIds}::text[]) AND status IN ('ACTIVE', 'PAST_DUE') AND NOT only_bought
    ORDER BY customer_id, plan_id, plan_version, ends_at NULLS FIRST`;
}

/**
 * One row for each customer: its base plans, and the currency in which it paid last. A page that it
 * left unpaid says nothing of its money.
 */
export async function findBuyers(reader: Database['client'], customerIds: readonly string[]): Promise<readonly Buyer[]> {
  const rows = await reader.$queryRaw<{ basePlanIds: string[]; currency: string | null }[]>`
    SELECT
      ARRAY(SELECT p.plan_id FROM purchase p WHERE p.customer_id = wanted.id AND p.status IN ('ACTIVE', 'PAST_DUE')
          AND p.base_group IS NOT NULL)
        AS "basePlanIds",
      (SELECT p.currency FROM purchase p WHERE p.customer_id = wanted.id AND p.currency IS NOT NULL AND p.settled_at IS NOT NULL
        ORDER BY p.settled_at DESC, p.id DESC LIMIT 1) AS currency
    FROM unnest(${customerIds}::text[]) WITH ORDINALITY AS wanted (id, place) ORDER BY wanted.place`;
  return rows.map(({ basePlanIds, currency }) => ({ basePlanIds, currency: currency ?? undefined }));
}
