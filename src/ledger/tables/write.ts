/**
 * Locks and writes the ledger's tables. Locking, reading and writing are separate statements: a
 * statement that both locks and joins reads the other tables as they were before it waited.
 */
import type { Transaction } from '../../database/database.ts';
import { type Decimal, formatDecimal } from '../../values/decimal.ts';
import type { AccountState } from '../model/account-state.ts';
import type { Balance, Grant, Hold, LedgerEntry } from '../model/types.ts';
import { type Columns, unnest } from './columns.ts';
import { ENTRY_COLUMNS, ENTRY_TYPES, type EntryRow, entryToRow, toEntry } from './entry-rows.ts';
import { GRANT_TYPES, grantToRow } from './grant-rows.ts';
import { HOLD_TYPES, holdToRow } from './hold-rows.ts';

/** An account as it was locked. */
export interface LockedAccount {
  readonly customerId: string;
  readonly sequence: bigint;
  readonly nextDueAt: Date | null;
  readonly recordedAt: Date | null;
  /** The database's time once it was locked. */
  readonly lockedAt: Date;
}

/** A command that was answered under its idempotency key. */
export interface AnsweredCommand {
  readonly customerId: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly firstSequence: bigint;
  readonly lastSequence: bigint;
}

/** What a batch adds to the use of a feature in one hour. */
export interface UsageHour {
  readonly customerId: string;
  readonly featureId: string;
  readonly hour: Date;
  readonly amount: Decimal;
}

/** All that one batch changes. */
export interface Changes {
  readonly accounts: readonly AccountState[];
  readonly entries: readonly LedgerEntry[];
  readonly balances: readonly Balance[];
  readonly grants: readonly Grant[];
  readonly holds: readonly Hold[];
  readonly usage: readonly UsageHour[];
  readonly commands: readonly (AnsweredCommand & { readonly createdAt: Date })[];
}

/**
 * Inserts the accounts that a batch opens. Existing ones stay as they are. Waits for another
 * process that inserts the same one.
 */
export async function openAccounts(transaction: Transaction, customerIds: readonly string[]): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO account (customer_id, sequence)
    SELECT id, 0 FROM unnest(${customerIds}::text[]) AS id ORDER BY id
    ON CONFLICT (customer_id) DO NOTHING`;
}

/**
 * Locks the accounts that exist, in the order of their ids, until the transaction ends. The outer
 * query reads the clock, because it gets each row after it is locked; the inner one would read it
 * before the wait.
 */
export async function lockAccounts(transaction: Transaction, customerIds: readonly string[]): Promise<readonly LockedAccount[]> {
  return transaction.$queryRaw<LockedAccount[]>`
    SELECT locked.*, clock_timestamp() AS "lockedAt" FROM (
      SELECT customer_id AS "customerId", sequence, next_due_at AS "nextDueAt", recorded_at AS "recordedAt" FROM account
      WHERE customer_id = ANY(${customerIds}::text[]) ORDER BY customer_id FOR NO KEY UPDATE
    ) AS locked`;
}

/** The same for accounts that are not locked. Leaves out the rest. */
export async function lockFreeAccounts(
  transaction: Transaction,
  customerIds: readonly string[],
): Promise<readonly LockedAccount[]> {
  return transaction.$queryRaw<LockedAccount[]>`
    SELECT locked.*, clock_timestamp() AS "lockedAt" FROM (
      SELECT customer_id AS "customerId", sequence, next_due_at AS "nextDueAt", recorded_at AS "recordedAt" FROM account
      WHERE customer_id = ANY(${customerIds}::text[]) ORDER BY customer_id FOR NO KEY UPDATE SKIP LOCKED
    ) AS locked`;
}

/** The commands that were answered under these keys. */
export async function readAnswered(
  transaction: Transaction,
  keys: readonly { readonly customerId: string; readonly key: string }[],
): Promise<readonly AnsweredCommand[]> {
  return transaction.$queryRaw<AnsweredCommand[]>`
    SELECT c.customer_id AS "customerId", c.idempotency_key AS key, c.fingerprint,
           c.first_sequence AS "firstSequence", c.last_sequence AS "lastSequence"
    FROM unnest(${keys.map((each) => each.customerId)}::text[], ${keys.map((each) => each.key)}::text[]) AS wanted (customer_id, key)
    JOIN command c ON c.customer_id = wanted.customer_id AND c.idempotency_key = wanted.key`;
}

/** The entries of answered commands. */
export async function readOutcomes(
  transaction: Transaction,
  answered: readonly AnsweredCommand[],
): Promise<readonly LedgerEntry[]> {
  const rows = await transaction.$queryRawUnsafe<EntryRow[]>(
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

/**
 * Writes a batch in one round trip, with one INSERT or UPDATE for each table. Leaves out holds and
 * hours of use if there are none.
 */
export async function writeChanges(transaction: Transaction, changes: Changes): Promise<void> {
  const parameters: string[] = [];
  const holds =
    changes.holds.length === 0
      ? ''
      : `, holds AS (
      INSERT INTO hold (${Object.keys(HOLD_TYPES).join()}) ${unnest(parameters, HOLD_TYPES, changes.holds.map(holdToRow))}
      ON CONFLICT (customer_id, id) DO UPDATE SET
        status = excluded.status, settled_amount = excluded.settled_amount, ended_at = excluded.ended_at
    )`;
  const usage =
    changes.usage.length === 0
      ? ''
      : `, usage AS (
      INSERT INTO usage_hour AS u (${Object.keys(USAGE_TYPES).join()}) ${unnest(parameters, USAGE_TYPES, changes.usage.map(usageToRow))}
      ON CONFLICT (customer_id, feature_id, hour) DO UPDATE SET amount = u.amount + excluded.amount
    )`;
  await transaction.$executeRawUnsafe(
    `WITH entries AS (
      INSERT INTO ledger_entry (${Object.keys(ENTRY_TYPES).join()}) ${unnest(parameters, ENTRY_TYPES, changes.entries.map(entryToRow))}
    ), balances AS (
      INSERT INTO balance (${Object.keys(BALANCE_TYPES).join()}) ${unnest(parameters, BALANCE_TYPES, changes.balances.map(balanceToRow))}
      ON CONFLICT (customer_id, feature_id) DO UPDATE SET
        granted = excluded.granted, remaining = excluded.remaining, held = excluded.held, usage = excluded.usage,
        unlimited = excluded.unlimited, next_reset_at = excluded.next_reset_at, next_expiry_at = excluded.next_expiry_at,
        version = excluded.version
    ), grants AS (
      INSERT INTO "grant" (${Object.keys(GRANT_TYPES).join()}) ${unnest(parameters, GRANT_TYPES, changes.grants.map(grantToRow))}
      ON CONFLICT (customer_id, id) DO UPDATE SET
        granted = excluded.granted, remaining = excluded.remaining, held = excluded.held, unlimited_use = excluded.unlimited_use,
        next_reset_at = excluded.next_reset_at, expires_at = excluded.expires_at, open = excluded.open, lowered = excluded.lowered,
        ended_at = excluded.ended_at, ended_sequence = excluded.ended_sequence
    ), commands AS (
      INSERT INTO command (${Object.keys(COMMAND_TYPES).join()}) ${unnest(parameters, COMMAND_TYPES, changes.commands.map(commandToRow))}
    )${holds}${usage}
    UPDATE account a SET sequence = new.sequence, next_due_at = new.next_due_at, recorded_at = new.recorded_at
    FROM (${unnest(parameters, ACCOUNT_TYPES, changes.accounts.map(accountToRow))}) AS new
    WHERE a.customer_id = new.customer_id`,
    ...parameters,
  );
}

const usageToRow = ({ customerId, featureId, hour, amount }: UsageHour) => ({
  customer_id: customerId,
  feature_id: featureId,
  hour,
  amount: formatDecimal(amount),
});

const USAGE_TYPES: Columns<ReturnType<typeof usageToRow>> = {
  customer_id: 'text',
  feature_id: 'text',
  hour: 'timestamptz',
  amount: 'numeric',
};

const accountToRow = ({ customerId, sequence, nextDueAt, recordedAt }: AccountState) => ({
  customer_id: customerId,
  sequence,
  next_due_at: nextDueAt,
  recorded_at: recordedAt,
});

const ACCOUNT_TYPES: Columns<ReturnType<typeof accountToRow>> = {
  customer_id: 'text',
  sequence: 'int8',
  next_due_at: 'timestamptz',
  recorded_at: 'timestamptz',
};

const balanceToRow = (balance: Balance) => ({
  customer_id: balance.customerId,
  feature_id: balance.featureId,
  granted: formatDecimal(balance.granted),
  remaining: formatDecimal(balance.remaining),
  held: formatDecimal(balance.held),
  usage: formatDecimal(balance.usage),
  unlimited: balance.unlimited,
  next_reset_at: balance.nextResetAt,
  next_expiry_at: balance.nextExpiryAt,
  version: balance.version,
});

const BALANCE_TYPES: Columns<ReturnType<typeof balanceToRow>> = {
  customer_id: 'text',
  feature_id: 'text',
  granted: 'numeric',
  remaining: 'numeric',
  held: 'numeric',
  usage: 'numeric',
  unlimited: 'bool',
  next_reset_at: 'timestamptz',
  next_expiry_at: 'timestamptz',
  version: 'int8',
};

const commandToRow = (command: Changes['commands'][number]) => ({
  customer_id: command.customerId,
  idempotency_key: command.key,
  fingerprint: command.fingerprint,
  first_sequence: command.firstSequence,
  last_sequence: command.lastSequence,
  created_at: command.createdAt,
});

const COMMAND_TYPES: Columns<ReturnType<typeof commandToRow>> = {
  customer_id: 'text',
  idempotency_key: 'text',
  fingerprint: 'text',
  first_sequence: 'int8',
  last_sequence: 'int8',
  created_at: 'timestamptz',
};
