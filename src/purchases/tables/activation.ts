/** The table purchase: how paid purchases become ACTIVE. */
import type { Transaction } from '../../database/database.ts';
import { statusesBefore } from '../model/transitions.ts';

/** A purchase that can still become ACTIVE. */
export interface Activatable {
  readonly id: string;
  /** The customer and the group in which it would be the only base plan; null where it stacks. */
  readonly place: string | null;
}

/** Locks those of these purchases that can still become ACTIVE, in the order of their ids. */
export async function lockActivatable(transaction: Transaction, ids: readonly string[]): Promise<readonly Activatable[]> {
  return transaction.$queryRaw`
    SELECT id, customer_id || E'\n' || base_group AS place FROM purchase
    WHERE id = ANY(${ids}::text[]) AND status = ANY(${statusesBefore('activate')}::"PurchaseStatus"[]) AND settled_at IS NULL
    ORDER BY id FOR UPDATE`;
}

/** Which of these purchases are ACTIVE. */
export async function findActive(transaction: Transaction, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    SELECT id FROM purchase WHERE id = ANY(${ids}::text[]) AND status = 'ACTIVE'`;
  return new Set(rows.map((row) => row.id));
}

/**
 * Makes purchases ACTIVE that `lockActivatable` locked, except a base plan whose group has an
 * ACTIVE one already.
 * @param more the ids of those that buy more of a plan that the customer has. They take no place in
 * a group, and give only what was bought.
 * @returns the ids of those that are ACTIVE now.
 */
export async function activatePurchases(
  transaction: Transaction,
  ids: readonly string[],
  more: readonly string[],
  now: Date,
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    UPDATE purchase p
    SET status = 'ACTIVE', settled_at = ${now}, checkout_url = NULL,
      processing = false, failure_reason = NULL, next_check_at = NULL, ended_at = NULL,
      only_bought = only_bought OR id = ANY(${more}::text[]),
      base_group = CASE WHEN id = ANY(${more}::text[]) THEN NULL ELSE base_group END,
      quantities = CASE WHEN id = ANY(${more}::text[]) THEN (
        SELECT coalesce(jsonb_agg(each || '{"included": "0"}' ORDER BY place), '[]')
        FROM jsonb_array_elements(quantities) WITH ORDINALITY AS given (each, place) WHERE (each ->> 'bought')::numeric > 0
      ) ELSE quantities END
    WHERE p.id = ANY(${ids}::text[]) AND (p.base_group IS NULL OR p.id = ANY(${more}::text[]) OR NOT EXISTS (
      SELECT 1 FROM purchase other
      WHERE other.customer_id = p.customer_id AND other.base_group = p.base_group AND other.status = 'ACTIVE'))
    RETURNING p.id`;
  return new Set(rows.map((row) => row.id));
}
