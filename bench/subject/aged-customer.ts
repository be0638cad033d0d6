/**
 * A customer of long standing: a thousand top-ups that are used up, and a million entries that say
 * how.
 */
import pg from 'pg';

export const TOP_UPS = 1_000;
export const ENTRIES = 1_000_000;
const PER_TOP_UP = ENTRIES / TOP_UPS;

/**
 * Writes what the ledger would have written for a customer that exists: every top-up a GRANT of 999
 * and 999 uses of 1, one every minute. Straight into the tables, for a million commands would take
 * minutes.
 */
export async function ageCustomer(url: string, customerId: string, featureId: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO "grant" (customer_id, id, feature_id, origin, granted, remaining, held, unlimited, unlimited_use, created_at, sequence, open)
       SELECT $1, 'aged_' || n, $2, 'BOUGHT', $4::int - 1, 0, 0, false, 0, now() - interval '2 years' + n * $4::int * interval '1 minute',
         (SELECT sequence FROM account WHERE customer_id = $1) + n * $4::int + 1, false
       FROM generate_series(0, $3::int - 1) AS n`,
      [customerId, featureId, TOP_UPS, PER_TOP_UP],
    );
    await client.query(
      `INSERT INTO ledger_entry (customer_id, sequence, feature_id, kind, amount, requested, applied, allocations, granted_after,
         remaining_after, held_after, usage_after, unlimited_after, occurred_at, recorded_at)
       SELECT $1, base.sequence + n + 1, $2, CASE WHEN n % $4::int = 0 THEN 'GRANT' ELSE 'USAGE' END::"LedgerEntryKind",
         CASE WHEN n % $4::int = 0 THEN $4::int - 1 ELSE -1 END, CASE WHEN n % $4::int = 0 THEN NULL ELSE 1 END,
         CASE WHEN n % $4::int = 0 THEN NULL ELSE 1 END,
         jsonb_build_array(jsonb_build_object('grant', 'aged_' || n / $4::int, 'amount',
           CASE WHEN n % $4::int = 0 THEN ($4::int - 1)::text ELSE '-1' END)),
         base.granted + (n / $4::int + 1) * ($4::int - 1), base.remaining + $4::int - 1 - n % $4::int, 0,
         base.usage + (n / $4::int) * ($4::int - 1) + n % $4::int, false,
         now() - interval '2 years' + n * interval '1 minute', now()
       FROM (SELECT a.sequence, b.granted, b.remaining, b.usage FROM account a JOIN balance b USING (customer_id)
             WHERE customer_id = $1 AND feature_id = $2) AS base, generate_series(0, $3::int - 1) AS n`,
      [customerId, featureId, ENTRIES, PER_TOP_UP],
    );
    await client.query(
      `INSERT INTO usage_hour SELECT customer_id, feature_id, date_trunc('hour', occurred_at, 'UTC'), sum(applied)
       FROM ledger_entry WHERE customer_id = $1 AND applied IS NOT NULL GROUP BY 1, 2, 3
       ON CONFLICT DO NOTHING`,
      [customerId],
    );
    await client.query(
      `UPDATE balance SET version = version + $2, granted = granted + $3, usage = usage + $3 WHERE customer_id = $1`,
      [customerId, ENTRIES, ENTRIES - TOP_UPS],
    );
    await client.query('UPDATE account SET sequence = sequence + $2 WHERE customer_id = $1', [customerId, ENTRIES]);
    await client.query('COMMIT');
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}
