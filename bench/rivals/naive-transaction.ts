/**
 * What most products of this kind do: one transaction a track. Lock the balance's row, read it,
 * write the new number and an entry, commit. It keeps no grants, allocations, keys or
 * notifications, so it does less than the ledger does.
 */
import pg from 'pg';

export interface NaiveLedger {
  track(customerId: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * As many connections as the ledger's callers could make use of on two cores; more made it slower.
 */
const CONNECTIONS = 20;

/** Makes the tables of both naive rivals, with a balance for each customer of Brim. */
export async function createNaiveTables(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE SCHEMA bench;
    CREATE TABLE bench.balance (customer_id text PRIMARY KEY, remaining numeric(38,12) NOT NULL, version bigint NOT NULL);
    CREATE TABLE bench.entry (customer_id text, version bigint, amount numeric(38,12) NOT NULL, remaining_after numeric(38,12) NOT NULL,
      recorded_at timestamptz NOT NULL, PRIMARY KEY (customer_id, version));
    INSERT INTO bench.balance SELECT id, 1000000000, 0 FROM customer;
    ANALYZE`);
  await client.end();
}

export function openNaiveLedger(url: string): NaiveLedger {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS });
  return {
    async track(customerId) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const { rows } = await client.query<{ remaining: string; version: string }>({
          name: 'lock',
          text: 'SELECT remaining, version FROM bench.balance WHERE customer_id = $1 FOR UPDATE',
          values: [customerId],
        });
        const [row] = rows;
        if (!row || Number(row.remaining) < 1) throw new Error('the naive ledger ran out');
        const version = BigInt(row.version) + 1n;
        await client.query({
          name: 'update',
          text: 'UPDATE bench.balance SET remaining = remaining - 1, version = $2 WHERE customer_id = $1',
          values: [customerId, version.toString()],
        });
        await client.query({
          name: 'insert',
          text: 'INSERT INTO bench.entry SELECT customer_id, version, -1, remaining, now() FROM bench.balance WHERE customer_id = $1',
          values: [customerId],
        });
        await client.query('COMMIT');
      } finally {
        client.release();
      }
    },
    close: () => pool.end(),
  };
}
