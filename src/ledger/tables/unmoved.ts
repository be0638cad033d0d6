/**
 * Writes a batch, or confirms what was decided without a write, for those accounts that still are
 * as they were read. One statement, without a transaction around it.
 *
 * Each change of an account raises its sequence or the version of its limits, or changes one of its
 * two instants, so an account that has all four is as it was read. The statement sees the keys as
 * they were at its beginning. A key comes only with entries, and so none came between that and the
 * lock.
 */
import { arrayLiteral } from '../../database/statement-values.ts';
import type { Statements } from '../../database/statements.ts';
import type { Recorder } from '../model/recorder.ts';
import { oneRow, type Parameters, unnest } from './columns.ts';
import type { AccountWithPools } from './pools.ts';
import { type Changes, writesOf } from './write.ts';
import { ACCOUNT_TYPES, accountToRow } from './written-rows.ts';

/** What must be true of an account, for its part of the batch to be. */
export interface Expected {
  /** As they were before the batch. */
  readonly accounts: readonly Pick<AccountWithPools, 'customerId' | 'sequence' | 'nextDueAt' | 'recordedAt' | 'limitsVersion'>[];
  /** The keys that were not answered. */
  readonly keys: readonly { readonly customerId: string; readonly key: string }[];
  /** The time of the batch, in the time of the database; null where the clock is another. */
  readonly at: Date | null;
}

/**
 * Locks the accounts that nobody else has locked or moved, writes their changes, and returns them.
 * Of all others nothing is written. Waits for no account.
 * @throws what Statements.write throws.
 */
export async function writeUnmoved(
  statements: Pick<Statements, 'write'>,
  changes: Changes,
  expected: Expected,
  recorders: readonly Recorder[],
): Promise<ReadonlySet<string>> {
  const parameters: Parameters = [];
  const locked = `locked AS MATERIALIZED (
    ${unmoved(parameters, expected)} ORDER BY a.customer_id FOR NO KEY UPDATE OF a SKIP LOCKED)`;
  const writes = writesOf(parameters, changes, recorders, { isOneRow: isOneRow(changes) });
  const rows = await statements.write<Customer>(`WITH ${[locked, ...writes].join()} SELECT customer_id FROM locked`, parameters);
  return new Set(rows.map((row) => row.customer_id));
}

/**
 * Returns the accounts that nobody has moved, and locks none.
 * @throws what Statements.read throws.
 */
export async function findUnmoved(statements: Pick<Statements, 'read'>, expected: Expected): Promise<ReadonlySet<string>> {
  const parameters: Parameters = [];
  const rows = await statements.read<Customer>(unmoved(parameters, expected), parameters);
  return new Set(rows.map((row) => row.customer_id));
}

/**
 * True for the usual batch of a caller alone. Only then, so that PostgreSQL has two forms of each
 * statement to remember, and not one for each mixture.
 */
function isOneRow(changes: Changes): boolean {
  const { accounts, entries, balances, grants, holds, usage, commands } = changes;
  return [accounts, entries, balances, grants, holds, usage, commands].every((rows) => rows.length <= 1);
}

interface Customer {
  readonly customer_id: string;
}

/**
 * How far the time of a batch may be from the database's when the account is locked: ahead, because
 * a process counts the database's time itself, and behind, because a batch takes its time.
 */
export const AHEAD_MS = 100;
const BEHIND_MS = 1_000;

function unmoved(parameters: Parameters, { accounts, keys, at }: Expected): string {
  const same = `a.customer_id = expected.customer_id AND a.sequence = expected.sequence
    AND a.limits_version = expected.limits_version
    AND a.next_due_at IS NOT DISTINCT FROM expected.next_due_at AND a.recorded_at IS NOT DISTINCT FROM expected.recorded_at`;
  const conditions = [...(at ? [inTime(parameters, at)] : []), ...(keys.length > 0 ? [unanswered(parameters, keys)] : [])];
  const [first] = accounts;
  const rows =
    first && accounts.length === 1
      ? oneRow(parameters, ACCOUNT_TYPES, accountToRow(first))
      : unnest(parameters, ACCOUNT_TYPES, accounts.map(accountToRow));
  return `SELECT a.customer_id FROM (${rows}) AS expected
    JOIN account a ON ${[same, ...conditions].join(' AND ')}`;
}

function inTime(parameters: Parameters, at: Date): string {
  parameters.push(at.toISOString());
  const moment = `$${parameters.length}::timestamptz`;
  return `clock_timestamp() BETWEEN ${moment} - interval '${AHEAD_MS} ms' AND ${moment} + interval '${BEHIND_MS} ms'`;
}

function unanswered(parameters: Parameters, keys: Expected['keys']): string {
  parameters.push(arrayLiteral(keys.map((each) => each.customerId)), arrayLiteral(keys.map((each) => each.key)));
  return `a.customer_id NOT IN (
    SELECT c.customer_id FROM unnest($${parameters.length - 1}::text[], $${parameters.length}::text[]) AS asked (customer_id, key)
    JOIN command c ON c.customer_id = asked.customer_id AND c.idempotency_key = asked.key)`;
}
