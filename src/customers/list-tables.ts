/** Reads and counts the list of all customers. */
import type { Database } from '../database/database.ts';
import { orderBy } from '../database/either-end.ts';
import type { StatementValue } from '../database/statement-values.ts';
import type { Slice } from '../values/page.ts';
import type { CustomerOrder, CustomerPlace } from './order.ts';
import { type Customer, type CustomerRow, toCustomer } from './tables.ts';

type Statements = Pick<Database['statements'], 'read'>;

/** Each is served by an index, and total: no two customers have the same place. */
const ORDERS: Readonly<Record<CustomerOrder, { readonly columns: readonly string[]; readonly direction: 'ASC' | 'DESC' }>> = {
  NEWEST_FIRST: { columns: ['created_at', 'id'], direction: 'DESC' },
  OLDEST_FIRST: { columns: ['created_at', 'id'], direction: 'ASC' },
  ID: { columns: ['id'], direction: 'ASC' },
};
const OPPOSITE = { ASC: 'DESC', DESC: 'ASC' } as const;
const BEYOND = { ASC: '>', DESC: '<' } as const;

const MATCHES = (parameter: string) => `(id ~ ${parameter} OR name ~ ${parameter} OR email ~ ${parameter})`;

export interface CustomersWanted extends Slice<CustomerPlace> {
  readonly order: CustomerOrder;
  readonly search: string | null;
}

/** Without erased ones. */
export async function listCustomers({ read }: Statements, wanted: CustomersWanted): Promise<readonly Customer[]> {
  const { columns, direction } = ORDERS[wanted.order];
  const values: StatementValue[] = [wanted.limit];
  const add = (value: StatementValue) => `$${values.push(value)}`;
  const conditions = ['erased_at IS NULL'];
  const bound = (place: CustomerPlace | null, towards: 'ASC' | 'DESC') => {
    if (place === null) return;
    const at = [...(place.createdAt ? [`${add(place.createdAt)}::timestamptz`] : []), `${add(place.id)}::text`];
    conditions.push(`(${columns.join()}) ${BEYOND[towards]} (${at.join()})`);
  };
  bound(wanted.after, direction);
  bound(wanted.before, OPPOSITE[direction]);
  if (wanted.search) conditions.push(MATCHES(add(patternOf(wanted.search))));
  const rows = await read<CustomerRow>(
    `SELECT id, name, email, metadata, created_at AS "createdAt" FROM customer WHERE ${conditions.join(' AND ')}
     ${orderBy(columns, wanted.fromEnd ? OPPOSITE[direction] : direction)} LIMIT $1`,
    values,
  );
  const customers = rows.map(toCustomer);
  return wanted.fromEnd ? customers.toReversed() : customers;
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
