/**
 * What stands in the tables in the end, read past all of Brim's code. Amounts are in millionths.
 */
import type { Sql } from '../../support/witness.ts';

export interface LedgerRow {
  readonly customer: string;
  readonly sequence: number;
  readonly feature: string;
  readonly kind: string;
  readonly millionths: number;
  readonly after: string;
  readonly reason: string | null;
  readonly hold: string | null;
  readonly purchase: string | null;
}

export interface Ledgers {
  readonly entries: readonly LedgerRow[];
  readonly purchases: readonly { id: string; customer: string; plan: string; status: string; settled: boolean; paid: boolean }[];
  readonly customers: readonly { readonly id: string; readonly name: string | null }[];
  readonly features: readonly { readonly id: string; readonly archived: boolean }[];
  readonly plans: readonly { readonly id: string; readonly version: number; readonly name: string; readonly archived: boolean }[];
}

export async function readLedgers(sql: Sql): Promise<Ledgers> {
  return {
    entries: await sql.rows(`
      SELECT customer_id AS customer, sequence::int, feature_id AS feature, kind::text, (amount * 1000000)::float8 AS millionths,
        remaining_after::text AS after, reason, hold_id AS hold, purchase_id AS purchase
      FROM ledger_entry ORDER BY customer_id, sequence`),
    purchases: await sql.rows(`
      SELECT id, customer_id AS customer, plan_id AS plan, status::text, settled_at IS NOT NULL AS settled, total IS NOT NULL AS paid
      FROM purchase`),
    customers: await sql.rows('SELECT id, name FROM customer'),
    features: await sql.rows('SELECT id, archived_at IS NOT NULL AS archived FROM feature'),
    plans: await sql.rows('SELECT id, version, name, archived_at IS NOT NULL AS archived FROM plan'),
  };
}
