/** Reads and counts the list of all customers. */
import type { Database } from '../database/database.ts';
import type { StatementValue } from '../database/statement-values.ts';
import type { CustomerOrder, CustomerPlace } from './order.ts';
import { type Customer, type CustomerRow, toCustomer } from './tables.ts';

type Statements = Pick<Database['statements'], 'read'>;

/** Each is served by an index, and total: no two customers have the same place. */
const ORDERS: Readonly<Record<CustomerOrder, { readonly follows: string; readonly by: string }>> = {
  NEWEST_FIRST: { follows: '(created_at, id) < ($3::timestamptz, $2)', by: 'created_at DESC, id DESC' },
  OLDEST_FIRST: { follows: '(created_at, id) > ($3::timestamptz, $2)', by: 'created_at, id' },
  ID: { follows: 'id > $2', by: 'id' },
};

const MATCHES = (parameter: string) => `(id ~ ${parameter} OR name ~ ${parameter} OR email ~ ${parameter})`;

export interface CustomersWanted {
  readonly order: CustomerOrder;
  /** Those that follow this place. */
  readonly after: CustomerPlace | null;
  readonly search: string | null;
  readonly limit: number;
}

/** Without erased ones. */
export async function listCustomers({ read }: Statements, wanted: CustomersWanted): Promise<readonly Customer[]> {
  const { follows, by } = ORDERS[wanted.order];
  const values: StatementValue[] = [wanted.limit];
  const conditions = ['erased_at IS NULL'];
  if (wanted.after) {
    const { id, createdAt } = wanted.after;
    values.push(id, ...(createdAt ? [createdAt] : []));
    conditions.push(follows);
  }
  if (wanted.search) {
    values.push(patternOf(wanted.search));
    conditions.push(MATCHES(`$${values.length}`));
  }
  const rows = await read<CustomerRow>(
    `SELECT id, name, email, metadata, created_at AS "createdAt" FROM customer
     WHERE ${conditions.join(' AND ')} ORDER BY ${by} LIMIT $1`,
    values,
  );
  return rows.map(toCustomer);
}

/** Without erased ones. @returns null where there are more than `most` rows to look at. */
export async function countCustomers({ read }: Statements, search: string | null, most: number): Promise<number | null> {
  const [counted] = await read<{ total: number | null }>(
    `SELECT CASE WHEN count(*) <= $1 THEN count(*) FILTER (WHERE erased_at IS NULL ${search ? `AND ${MATCHES('$2')}` : ''}) END::int4 AS total
     FROM (SELECT id, name, email, erased_at FROM customer LIMIT $1 + 1) read`,
    [most, ...(search ? [patternOf(search)] : [])],
  );
  return counted?.total ?? null;
}

/**
 * A regular expression that finds this text in upper or lower case. It lists both cases, because
 * ILIKE depends on the database's locale: in the C locale É does not match é.
 */
function patternOf(search: string): string {
  return [...search]
    .map((sign) => [...new Set([sign, sign.toLowerCase(), sign.toUpperCase()])].map(asText).join('|'))
    .map((either) => `(?:${either})`)
    .join('');
}

/** Escapes the special characters of patterns, so that 100% or a_b finds itself. */
function asText(text: string): string {
  return text.replace(/[^\p{L}\p{N}\s]/gu, (sign) => (sign.charCodeAt(0) < 128 ? `\\${sign}` : sign));
}
