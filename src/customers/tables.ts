/** The table customer. */
import type { Database, Transaction } from '../database/database.ts';
import type { JsonObject } from '../values/json.ts';

type Reader = Database['client'];

/** A customer of the app, who has balances. The app chooses the id. */
export interface Customer {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  /** The app's own data. */
  readonly metadata: JsonObject;
  readonly createdAt: Date;
  /** When it was erased; left out or null: it was not. */
  readonly erasedAt?: Date | null;
}

export interface CustomerRow extends Omit<Customer, 'metadata'> {
  readonly metadata: unknown;
}

export function toCustomer(row: CustomerRow): Customer {
  return { ...row, metadata: isObject(row.metadata) ? row.metadata : {} };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export async function findCustomers(reader: Database['statements'], ids: readonly string[]): Promise<readonly Customer[]> {
  const rows = await reader.read<CustomerRow>(
    'SELECT id, name, email, metadata, created_at AS "createdAt", erased_at AS "erasedAt" FROM customer WHERE id = ANY($1::text[])',
    [ids],
  );
  return rows.map(toCustomer);
}

/** @returns the ids that did not exist before. */
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

/** Fills in a missing name and email. @returns the customer; null if nothing was missing. */
export async function fillIn(reader: Reader, id: string, name: string | null, email: string | null): Promise<Customer | null> {
  const rows = await reader.$queryRaw<CustomerRow[]>`
    UPDATE customer SET name = coalesce(name, ${name}), email = coalesce(email, ${email})
    WHERE id = ${id} AND ((name IS NULL AND ${name}::text IS NOT NULL) OR (email IS NULL AND ${email}::text IS NOT NULL))
    RETURNING id, name, email, metadata, created_at AS "createdAt"`;
  return rows.map(toCustomer)[0] ?? null;
}

/** What is written of a customer; what is left out stays. */
export interface CustomerChanges {
  readonly name?: string | null;
  readonly email?: string | null;
  readonly metadata?: JsonObject | undefined;
}

type Change = (before: JsonObject) => CustomerChanges;

/** Writes what is given. One statement. @returns the customer after it; null if there is none. */
export function updateCustomer({ client }: Pick<Database, 'client'>, id: string, change: Change): Promise<Customer | null> {
  return writeCustomer(client, id, change({}));
}

async function writeCustomer(
  writer: Reader | Transaction,
  id: string,
  { metadata, ...words }: CustomerChanges,
): Promise<Customer | null> {
  const data = metadata === undefined ? words : { ...words, metadata: JSON.parse(JSON.stringify(metadata)) };
  return (await writer.customer.updateManyAndReturn({ where: { id }, data })).map(toCustomer)[0] ?? null;
}

/**
 * Writes what `change` makes of the locked metadata, so that two merges at once both count.
 * @returns the customer after it; null if there is none.
 */
export async function mergeIntoCustomer(
  database: Pick<Database, 'transaction'>,
  id: string,
  change: Change,
): Promise<Customer | null> {
  return database.transaction(async (transaction) => {
    const [row] = await transaction.$queryRaw<{ metadata: unknown }[]>`
      SELECT metadata FROM customer WHERE id = ${id} FOR NO KEY UPDATE`;
    if (!row) return null;
    return writeCustomer(transaction, id, change(isObject(row.metadata) ? row.metadata : {}));
  });
}
