/** The plans that customers hold: those of their ACTIVE purchases in the table purchase. */
import type { Database } from '../../database.ts';

/** A plan that a customer holds, by an ACTIVE purchase. */
export interface HeldPlan {
  readonly customerId: string;
  readonly purchaseId: string;
  readonly id: string;
  readonly version: number;
  readonly endsAt: Date | null;
}

/** Each once: by the purchase that goes on longest without an end. */
export async function findHeldPlans(reader: Database['client'], customerIds: readonly string[]): Promise<readonly HeldPlan[]> {
  return reader.$queryRaw`
    SELECT DISTINCT ON (customer_id, plan_id, plan_version)
      customer_id AS "customerId", id AS "purchaseId", plan_id AS id, plan_version AS version, ends_at AS "endsAt"
    FROM purchase WHERE customer_id = ANY(${customerIds}::text[]) AND status = 'ACTIVE'
    ORDER BY customer_id, plan_id, plan_version, ends_at NULLS FIRST`;
}
