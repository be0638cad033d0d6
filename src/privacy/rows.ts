/** Reads the rows of one customer in a table, a page at a time, in the order of the table's key. */
import type { Database } from '../database/database.ts';
import type { Part } from './plan.ts';

export type Reader = Pick<Database['statements'], 'read'>;

export interface RowPage {
  /** Each as the text of a JSON object. */
  readonly rows: readonly string[];
  /** The key of the last row, as text; null where no page follows. */
  readonly last: readonly string[] | null;
}

const AT_ONCE = 500;

export async function isCustomer({ read }: Reader, customerId: string): Promise<boolean> {
  return (await read('SELECT 1 FROM customer WHERE id = $1', [customerId])).length > 0;
}

export async function readRows({ read }: Reader, part: Part, customerId: string, after: RowPage['last']): Promise<RowPage> {
  const { table, of = 'customer_id = $1', key } = part;
  const columns = Object.keys(key);
  const place = Object.values(key).map((type, index) => `$${index + 2}::text::${type}`);
  const rows = await read<{ row: string; place: readonly string[] }>(
    `SELECT to_jsonb(t)::text AS row, ARRAY[${columns.map((column) => `t.${column}::text`)}] AS place FROM ${table} t
     WHERE ${of.replaceAll('$2', '$1')} ${after ? `AND (${columns}) > (${place})` : ''} ORDER BY ${columns} LIMIT ${AT_ONCE}`,
    [customerId, ...(after ?? [])],
  );
  return { rows: rows.map(({ row }) => row), last: rows.length < AT_ONCE ? null : (rows.at(-1)?.place ?? null) };
}
