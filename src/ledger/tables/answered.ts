/** Reads the commands that were answered under an idempotency key, and what they were answered. */
import type { LedgerEntry } from '../model/types.ts';
import { ENTRY_COLUMNS, type EntryRow, toEntry } from './entry-rows.ts';
import type { Reader } from './reader.ts';

/** A command that was answered under its idempotency key. */
export interface AnsweredCommand {
  readonly customerId: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly firstSequence: bigint;
  readonly lastSequence: bigint;
}

/** The commands that were answered under these keys. */
export async function readAnswered(
  reader: Reader,
  keys: readonly { readonly customerId: string; readonly key: string }[],
): Promise<readonly AnsweredCommand[]> {
  return reader.$queryRawUnsafe<AnsweredCommand[]>(
    `SELECT c.customer_id AS "customerId", c.idempotency_key AS key, c.fingerprint,
            c.first_sequence AS "firstSequence", c.last_sequence AS "lastSequence"
     FROM unnest($1::text[], $2::text[]) AS wanted (customer_id, key)
     JOIN command c ON c.customer_id = wanted.customer_id AND c.idempotency_key = wanted.key`,
    keys.map((each) => each.customerId),
    keys.map((each) => each.key),
  );
}

/** The entries of answered commands. */
export async function readOutcomes(reader: Reader, answered: readonly AnsweredCommand[]): Promise<readonly LedgerEntry[]> {
  const rows = await reader.$queryRawUnsafe<EntryRow[]>(
    `SELECT ${ENTRY_COLUMNS}
     FROM unnest($1::text[], $2::int8[], $3::int8[]) AS range (customer_id, first, last)
     JOIN ledger_entry e ON e.customer_id = range.customer_id AND e.sequence BETWEEN range.first AND range.last
     ORDER BY e.customer_id, e.sequence`,
    answered.map((each) => each.customerId),
    answered.map((each) => each.firstSequence.toString()),
    answered.map((each) => each.lastSequence.toString()),
  );
  return rows.map(toEntry);
}
