/** The table customer. */
import type { Database, Transaction } from '../database/database.ts';
import type { JsonObject } from '../ledger/model/types.ts';

type Reader = Database['client'];

/** Who has balances. The id is the caller's. */
export interface Customer {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  /** The app's own facts. */
  readonly metadata: JsonObject;
  readonly createdAt: Date;
}

interface CustomerRow extends Omit<Customer, 'metadata'> {
  readonly metadata: unknown;
}

function toCustomer(row: CustomerRow): Customer {
  return { ...row, metadata: isObject(row.metadata) ? row.metadata : {} };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export async function findCustomers(reader: Reader, ids: readonly string[]): Promise<readonly Customer[]> {
  return (await reader.customer.findMany({ where: { id: { in: [...new Set(ids)] } } })).map(toCustomer);
}

/** @returns the ids that were not there before. */
export async function insertCustomers(transaction: Transaction, customers: readonly Customer[]): Promise<ReadonlySet<string>> {
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    INSERT INTO customer (id, name, email, metadata, created_at)
    SELECT id, name, email, metadata, "createdAt"
    FROM json_to_recordset(${JSON.stringify(customers)}::json)
      AS new (id text, name text, email text, metadata jsonb, "createdAt" timestamptz)
    ORDER BY id
    ON CONFLICT (id) DO NOTHING RETURNING id`;
  return new Set(rows.map((row) => row.id));
}

/** Fills in what the customer lacks, and leaves what it has. @returns the customer; null where nothing was to be filled in. */
export async function fillIn(reader: Reader, id: string, name: string | null, email: string | null): Promise<Customer | null> {
  const rows = await reader.$queryRaw<CustomerRow[]>`
    UPDATE customer SET name = coalesce(name, ${name}), email = coalesce(email, ${email})
    WHERE id = ${id} AND ((name IS NULL AND ${name}::text IS NOT NULL) OR (email IS NULL AND ${email}::text IS NOT NULL))
    RETURNING id, name, email, metadata, created_at AS "createdAt"`;
  return rows.map(toCustomer)[0] ?? null;
}

/** Writes what is given. @returns the customer as it is then; null where there is none. */
export async function updateCustomer(
  reader: Reader,
  id: string,
  changes: { readonly name?: string | null; readonly email?: string | null; readonly metadata?: JsonObject },
): Promise<Customer | null> {
  const { metadata, ...words } = changes;
  const data = metadata === undefined ? words : { ...words, metadata: JSON.parse(JSON.stringify(metadata)) };
  return (await reader.customer.updateManyAndReturn({ where: { id }, data })).map(toCustomer)[0] ?? null;
}

/** Newest first; `before` is the last of the page before. */
export async function listCustomers(
  reader: Reader,
  limit: number,
  before: { readonly createdAt: Date; readonly id: string } | undefined,
  search: string | null,
): Promise<readonly Customer[]> {
  const pattern = search ? patternOf(search) : null;
  const createdBefore = before?.createdAt ?? null;
  const rows = await reader.$queryRaw<CustomerRow[]>`
    SELECT id, name, email, metadata, created_at AS "createdAt" FROM customer
    WHERE (${createdBefore}::timestamptz IS NULL OR (created_at, id) < (${createdBefore}::timestamptz, ${before?.id ?? null}::text))
      AND (${pattern}::text IS NULL OR id ~ ${pattern}::text OR name ~ ${pattern}::text OR email ~ ${pattern}::text)
    ORDER BY created_at DESC, id DESC LIMIT ${limit}`;
  return rows.map(toCustomer);
}

/**
 * A regular expression that finds this text and no other, in capitals or small letters. Both are written out, for what a database takes
 * for a letter depends on its locale: ILIKE in the C locale does not know that É is é.
 */
function patternOf(search: string): string {
  return [...search]
    .map((sign) => [...new Set([sign, sign.toLowerCase(), sign.toUpperCase()])].map(asText).join('|'))
    .map((either) => `(?:${either})`)
    .join('');
}

/** Of a pattern's own signs none means anything: who looks for 100% or a_b finds that. */
function asText(text: string): string {
  return text.replace(/[^\p{L}\p{N}\s]/gu, (sign) => (sign.charCodeAt(0) < 128 ? `\\${sign}` : sign));
}
