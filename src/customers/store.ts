/** The table customer. */
import type { Database, Transaction } from '../database.ts';
import type { JsonObject } from '../ledger/types.ts';

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

/** Fills in what the customer lacks, and leaves what it has. */
export async function fillIn(reader: Reader, id: string, name: string | null, email: string | null): Promise<void> {
  await reader.$executeRaw`
    UPDATE customer SET name = coalesce(name, ${name}), email = coalesce(email, ${email})
    WHERE id = ${id} AND ((name IS NULL AND ${name}::text IS NOT NULL) OR (email IS NULL AND ${email}::text IS NOT NULL))`;
}

/** Writes what is given. @returns false where there is no such customer. */
export async function updateCustomer(
  reader: Reader,
  id: string,
  changes: { readonly name?: string | null; readonly email?: string | null; readonly metadata?: JsonObject },
): Promise<boolean> {
  const { metadata, ...words } = changes;
  const data = metadata === undefined ? words : { ...words, metadata: JSON.parse(JSON.stringify(metadata)) };
  return (await reader.customer.updateMany({ where: { id }, data })).count === 1;
}

/** Newest first; `before` is the last of the page before. */
export async function listCustomers(
  reader: Reader,
  limit: number,
  before: { readonly createdAt: Date; readonly id: string } | undefined,
  search: string | null,
): Promise<readonly Customer[]> {
  const contains = { contains: search ?? '', mode: 'insensitive' as const };
  const rows = await reader.customer.findMany({
    where: {
      AND: [
        before ? { OR: [{ createdAt: { lt: before.createdAt } }, { createdAt: before.createdAt, id: { lt: before.id } }] } : {},
        search ? { OR: [{ id: contains }, { name: contains }, { email: contains }] } : {},
      ],
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit,
  });
  return rows.map(toCustomer);
}
