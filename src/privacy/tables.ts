/** The table erasure, and what an erasure changes everywhere else. */
import type { Database, Transaction } from '../database/database.ts';
import { IN_BATCHES, type Part, SELF, WHOLE } from './plan.ts';

/** What stands against an erasure. */
export interface Open {
  readonly purchaseIds: readonly string[];
  readonly holdIds: readonly string[];
}

export interface Names {
  readonly customerId: string;
  /** The random id that takes its place. */
  readonly erasedId: string;
}

const MOST_SHOWN = 20;
const AT_ONCE = 5_000;

/**
 * Locks the account, so that nothing is posted to it, and finds what is open. @returns null where
 * there is no such customer.
 */
export async function lockAndFindOpen(transaction: Transaction, customerId: string): Promise<Open | null> {
  const locked = await transaction.$queryRaw<unknown[]>`
    SELECT 1 FROM account WHERE customer_id = ${customerId} FOR UPDATE`;
  if (locked.length === 0) return null;
  const purchases = await transaction.$queryRaw<{ id: string }[]>`
    SELECT id FROM purchase p WHERE customer_id = ${customerId} AND (
      status = 'PENDING' OR (status IN ('ACTIVE', 'PAST_DUE') AND subscription_id IS NOT NULL)
      OR EXISTS (SELECT FROM payment y WHERE y.purchase_id = p.id AND (
        y.status = 'PENDING' OR EXISTS (SELECT FROM refund r WHERE r.payment_id = y.id AND r.status = 'PENDING')
        OR EXISTS (SELECT FROM dispute d WHERE d.payment_id = y.id AND d.status = 'OPEN'))))
    ORDER BY created_at, id LIMIT ${MOST_SHOWN}`;
  const holds = await transaction.$queryRaw<{ id: string }[]>`
    SELECT id FROM hold WHERE customer_id = ${customerId} AND status = 'OPEN' ORDER BY created_at LIMIT ${MOST_SHOWN}`;
  return { purchaseIds: purchases.map(({ id }) => id), holdIds: holds.map(({ id }) => id) };
}

/** Gives the customer its random id everywhere but in the batches, and takes the words away. */
export async function beginErasure(transaction: Transaction, names: Names, reason: string | null): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO erasure (id, customer_id, reason, begun_at) VALUES (${names.erasedId}, ${names.customerId}, ${reason}, webhook_now())`;
  await revokeTokens(transaction, names.customerId);
  for (const part of [...SELF, ...WHOLE]) await run(transaction, part, names);
}

/**
 * Tokens of the id stay refused until they expire. The row has a hash in place of the id, and is
 * deleted after three days.
 */
async function revokeTokens(transaction: Transaction, customerId: string): Promise<void> {
  const key = `'erased ' || encode(sha256(convert_to($1, 'UTF8')), 'hex')`;
  await transaction.$executeRawUnsafe(
    `INSERT INTO token_revocation AS t (customer_id, generation, revoked_at)
     SELECT ${key}, coalesce(max(generation), 0) + 1, clock_timestamp() FROM token_revocation WHERE customer_id IN ($1, ${key})
     ON CONFLICT (customer_id) DO UPDATE SET generation = excluded.generation, revoked_at = excluded.revoked_at`,
    customerId,
  );
}

/**
 * Goes on with one erasure that has begun. @returns `done` once nothing has the id any more, also
 * what was written meanwhile; null where there is none, or another process is at it.
 */
export async function continueErasure(transaction: Transaction, erasedId: string | null): Promise<'going on' | 'done' | null> {
  const [names] = await transaction.$queryRaw<Names[]>`
    SELECT customer_id AS "customerId", id AS "erasedId" FROM erasure
    WHERE customer_id IS NOT NULL AND (${erasedId}::text IS NULL OR id = ${erasedId}) ORDER BY begun_at LIMIT 1 FOR UPDATE SKIP LOCKED`;
  if (!names) return null;
  await transaction.$executeRaw`SELECT set_config('brim.erases', 'on', true)`;
  for (const part of IN_BATCHES) if ((await run(transaction, part, names, AT_ONCE)) > 0) return 'going on';
  for (const part of WHOLE) await run(transaction, part, names);
  await transaction.$executeRaw`UPDATE erasure SET customer_id = NULL, done_at = webhook_now() WHERE id = ${names.erasedId}`;
  return 'done';
}

export async function isDone({ statements }: Pick<Database, 'statements'>, erasedId: string): Promise<boolean> {
  return (await statements.read('SELECT 1 FROM erasure WHERE id = $1 AND customer_id IS NULL', [erasedId])).length > 0;
}

/** Their rows follow in batches, so some have the one id, and some the other. */
export const BEING_ERASED = 'SELECT unnest(ARRAY[id, customer_id]) AS id FROM erasure WHERE customer_id IS NOT NULL';

export async function isBeingErased({ statements }: Pick<Database, 'statements'>, customerId: string): Promise<boolean> {
  return (await statements.read('SELECT 1 FROM erasure WHERE customer_id = $1', [customerId])).length > 0;
}

/** @returns how many rows were changed or deleted. */
async function run(transaction: Transaction, part: Part, { customerId, erasedId }: Names, atMost?: number): Promise<number> {
  const { table, of = 'customer_id = $1', becomes } = part;
  const where = atMost === undefined ? of : `ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${of} LIMIT ${atMost}))`;
  const text =
    becomes === 'delete'
      ? `DELETE FROM ${table} WHERE ${where}`
      : `UPDATE ${table} SET ${Object.entries(becomes).map(([column, value]) => `${column} = ${value}`)} WHERE ${where}`;
  return transaction.$executeRawUnsafe(text, ...(text.includes('$2') ? [customerId, erasedId] : [customerId]));
}
