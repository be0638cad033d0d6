/**
 * The table audit_entry. A customer's id, and why something was done, are written only while the
 * customer's row is held: so nothing of a customer is written after the customer was erased, and an
 * erasure finds each reason by the id beside it.
 */
import type { Database } from '../database/database.ts';
import type { TimeSlice } from '../values/page.ts';
import type { AuditActor, AuditEntry, AuditIds } from './model.ts';

type Statements = Database['statements'];

export type NewEntry = Omit<AuditEntry, 'position'>;

/** SQL for a value that is null where there is no such customer. */
const whileHeld = (customerId: string, value: string) => `(SELECT ${value} FROM customer WHERE id = ${customerId} FOR KEY SHARE)`;

/** @returns its position. */
export async function insertEntry({ write }: Pick<Statements, 'write'>, entry: NewEntry): Promise<bigint> {
  const { at, actor, operation, customerId, reason, requestId, done, ids } = entry;
  const [row] = await write<{ position: bigint }>(
    `INSERT INTO audit_entry (at, actor, actor_id, actor_name, operation, customer_id, reason, request_id, done, ids)
     VALUES ($1, $2, $3, $4, $5, ${whileHeld('$6', 'id')}, ${whileHeld('$6', '$7::text')}, $8, $9, $10)
     RETURNING position`,
    [at, actor.type, actor.id, actor.name, operation, customerId, reason, requestId, done, JSON.stringify(ids)],
  );
  if (!row) throw new Error('An entry of the audit log was written and not returned.');
  return row.position;
}

/** What is known of an operation at its end. */
export interface EntryEnd {
  readonly ids: AuditIds;
  /** Written, with the reason, where the entry has no customer yet. */
  readonly customerId: string | null;
  readonly reason: string | null;
}

export async function finishEntry(
  { write }: Pick<Statements, 'write'>,
  position: bigint,
  { ids, customerId, reason }: EntryEnd,
): Promise<void> {
  await write(
    `UPDATE audit_entry SET done = true, ids = $2, customer_id = coalesce(customer_id, ${whileHeld('$3', 'id')}),
       reason = CASE WHEN customer_id IS NULL THEN ${whileHeld('$3', '$4::text')} ELSE reason END
     WHERE position = $1`,
    [position, JSON.stringify(ids), customerId, reason],
  );
}

export async function deleteEntry({ write }: Pick<Statements, 'write'>, position: bigint): Promise<void> {
  await write('DELETE FROM audit_entry WHERE position = $1', [position]);
}

export interface EntriesWanted extends TimeSlice<bigint> {
  readonly customerId: string | null;
  readonly actorId: string | null;
  /** Those that began at this instant or later. */
  readonly from: Date | null;
  /** Those that began before this instant. */
  readonly to: Date | null;
}

interface EntryRow extends Omit<AuditEntry, 'actor'> {
  readonly type: AuditActor['type'];
  readonly actorId: string | null;
  readonly name: string | null;
}

/** The newest first. */
export async function findEntries({ read }: Pick<Statements, 'read'>, wanted: EntriesWanted): Promise<readonly AuditEntry[]> {
  const conditions = [
    ['customer_id =', wanted.customerId],
    ['actor_id =', wanted.actorId],
    ['position <', wanted.before],
    ['position >', wanted.after],
    ['at >=', wanted.from],
    ['at <', wanted.to],
  ] as const;
  const used = conditions.filter(([, value]) => value !== null);
  const where = used.map(([condition], index) => `${condition} $${index + 2}`).join(' AND ');
  const rows = await read<EntryRow>(
    `SELECT position, at, actor AS type, actor_id AS "actorId", actor_name AS name, operation, customer_id AS "customerId",
       reason, request_id AS "requestId", done, ids
     FROM audit_entry ${where && `WHERE ${where}`} ORDER BY position ${wanted.fromOldest ? 'ASC' : 'DESC'} LIMIT $1`,
    [wanted.limit, ...used.map(([, value]) => value)],
  );
  const entries = rows.map(({ type, actorId, name, ...row }) => ({ ...row, actor: { type, id: actorId, name } }));
  return wanted.fromOldest ? entries.toReversed() : entries;
}
