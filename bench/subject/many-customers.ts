/** Makes many customers like one that exists, straight in the tables. */
import pg from 'pg';
import { customerName, FEATURE } from './catalogue.ts';

export interface ManyCustomers {
  /** The number of the first customer to make, and of the first that is not made. */
  readonly from: number;
  readonly to: number;
  /** The entries of each. */
  readonly entries: number;
  readonly print: (line: string) => void;
}

/** A transaction has so many customers. */
const AT_ONCE = 50_000;
const TEMPLATE = 0;
const TABLES = ['customer', 'account', 'purchase', 'grant', 'balance', 'usage_hour'] as const;
/** Columns that hold an id which is unique beyond its customer. */
const OWN_IDS: Readonly<Record<string, readonly string[]>> = { purchase: ['id'], grant: ['purchase_id'] };

/**
 * Copies the rows of a customer for each new one, and writes `entries` uses of it. Triggers are off
 * meanwhile: nobody listens, and nothing is changed that exists.
 */
export async function multiplyCustomers(url: string, { from, to, entries, print }: ManyCustomers): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await setTriggers(client, 'DISABLE');
    for (let first = from; first < to; first += AT_ONCE) {
      const last = Math.min(first + AT_ONCE, to) - 1;
      await client.query('BEGIN');
      for (const table of TABLES) await copyRows(client, table, first, last);
      await writeEntries(client, first, last, entries);
      await client.query('COMMIT');
      print(`${last + 1} customers with ${(last + 1 - from) * entries} entries`);
    }
    await setTriggers(client, 'ENABLE');
    print('Vacuuming …');
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}

async function setTriggers(client: pg.Client, state: 'ENABLE' | 'DISABLE'): Promise<void> {
  for (const table of [...TABLES, 'ledger_entry']) await client.query(`ALTER TABLE "${table}" ${state} TRIGGER USER`);
}

async function copyRows(client: pg.Client, table: string, first: number, last: number): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [`"${table}"`],
  );
  const owner = table === 'customer' ? 'id' : 'customer_id';
  const columns = rows.map(({ name }) => name);
  const values = columns.map((name) => {
    if (name === owner) return `'customer_' || n`;
    return OWN_IDS[table]?.includes(name) ? `t."${name}" || '_' || n` : `t."${name}"`;
  });
  await client.query(
    `INSERT INTO "${table}" (${columns.map((name) => `"${name}"`).join(', ')})
     SELECT ${values.join(', ')} FROM "${table}" t, generate_series($2::int, $3::int) AS n WHERE t.${owner} = $1`,
    [customerName(TEMPLATE), first, last],
  );
}

/** Uses of 1 after what the template's copy has, and the numbers that they lead to. */
async function writeEntries(client: pg.Client, first: number, last: number, entries: number): Promise<void> {
  const range = [first, last, entries];
  await client.query(
    `INSERT INTO ledger_entry (customer_id, sequence, feature_id, kind, amount, requested, applied, allocations, granted_after,
       remaining_after, held_after, usage_after, unlimited_after, next_reset_at_after, next_expiry_at_after, occurred_at, recorded_at)
     SELECT b.customer_id, b.version + u, b.feature_id, 'USAGE', -1, 1, 1,
       jsonb_build_array(jsonb_build_object('grant', g.id, 'amount', '-1')), b.granted, b.remaining - u, b.held, b.usage + u,
       b.unlimited, b.next_reset_at, b.next_expiry_at, now() - (${entries} - u) * interval '1 hour', now()
     FROM generate_series($1::int, $2::int) AS n
     JOIN balance b ON b.customer_id = 'customer_' || n AND b.feature_id = '${FEATURE}'
     JOIN LATERAL (SELECT id FROM "grant" g WHERE g.customer_id = b.customer_id AND g.feature_id = b.feature_id AND g.open LIMIT 1) g ON true,
     generate_series(1, $3::int) AS u`,
    range,
  );
  const ofRange = `customer_id IN (SELECT 'customer_' || n FROM generate_series($1::int, $2::int) AS n)`;
  await client.query(
    `UPDATE balance SET remaining = remaining - $3, usage = usage + $3, version = version + $3 WHERE feature_id = '${FEATURE}' AND ${ofRange}`,
    range,
  );
  await client.query(
    `UPDATE "grant" SET remaining = remaining - $3 WHERE feature_id = '${FEATURE}' AND open AND ${ofRange}`,
    range,
  );
  await client.query(`UPDATE account SET sequence = sequence + $3, recorded_at = now() WHERE ${ofRange}`, range);
}
