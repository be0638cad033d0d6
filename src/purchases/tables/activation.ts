/** The table purchase: how paid purchases become ACTIVE. */
import type { Transaction } from '../../database/database.ts';
import { formatDecimal } from '../../values/decimal.ts';
import type { Money } from '../../values/money.ts';
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

/** Which of these purchases the customer has: they are ACTIVE or PAST_DUE. */
export async function findActive(transaction: Transaction, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    SELECT id FROM purchase WHERE id = ANY(${ids}::text[]) AND status IN ('ACTIVE', 'PAST_DUE')`;
  return new Set(rows.map((row) => row.id));
}

/** A purchase to make ACTIVE. */
export interface Activating {
  readonly id: string;
  /** True where it buys more of a plan that the customer has. */
  readonly isMore: boolean;
  /** What was charged, in the purchase's currency; null: nothing is known of it. */
  readonly charged: Money | null;
}

/**
 * Makes purchases ACTIVE that `lockActivatable` locked, except a base plan whose group has an
 * ACTIVE one already. Those that buy more of a plan take no place in a group, and give only what
 * was bought.
 * @returns the ids of those that are ACTIVE now.
 */
export async function activatePurchases(
  transaction: Transaction,
  activating: readonly Activating[],
  now: Date,
): Promise<ReadonlySet<string>> {
  if (activating.length === 0) return new Set();
  const ids = activating.map(({ id }) => id);
  const more = activating.filter(({ isMore }) => isMore).map(({ id }) => id);
  const charged = activating.map((each) => each.charged && formatDecimal(each.charged.amount));
  const currencies = activating.map((each) => each.charged?.currency ?? null);
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    UPDATE purchase p
    SET status = 'ACTIVE', settled_at = ${now}, checkout_url = NULL,
      processing = false, failure_reason = NULL, next_check_at = NULL, ended_at = NULL,
      charged = coalesce(CASE WHEN paid.currency = p.currency THEN paid.charged END, p.charged),
      only_bought = only_bought OR p.id = ANY(${more}::text[]),
      base_group = CASE WHEN p.id = ANY(${more}::text[]) THEN NULL ELSE base_group END,
      quantities = CASE WHEN p.id = ANY(${more}::text[]) THEN (
        SELECT coalesce(jsonb_agg(each || '{"included": "0"}' ORDER BY place), '[]')
        FROM jsonb_array_elements(quantities) WITH ORDINALITY AS given (each, place) WHERE (each ->> 'bought')::numeric > 0
      ) ELSE quantities END
    FROM unnest(${ids}::text[], ${charged}::numeric[], ${currencies}::text[]) AS paid (id, charged, currency)
    WHERE p.id = paid.id AND (p.base_group IS NULL OR p.id = ANY(${more}::text[]) OR NOT EXISTS (
      SELECT 1 FROM purchase other
      WHERE other.customer_id = p.customer_id AND other.base_group = p.base_group
        AND other.status IN ('ACTIVE', 'PAST_DUE')))
    RETURNING p.id`;
  return new Set(rows.map((row) => row.id));
}
