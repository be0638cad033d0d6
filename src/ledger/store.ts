/**
 * The ledger's tables, as the writer uses them: lock, then read, then write, in separate statements, for a statement that both
 * locks and joins reads the other tables as they were before its wait.
 */
import type { Transaction } from '../database.ts';
import { decimal, formatDecimal } from '../decimal.ts';
import { type Columns, unnest } from './columns.ts';
import {
  ENTRY_COLUMNS,
  ENTRY_TYPES,
  type EntryRow,
  entryToRow,
  GRANT_COLUMNS,
  GRANT_TYPES,
  type GrantRow,
  grantToRow,
  toEntry,
  toGrant,
} from './rows.ts';
import type { AccountState, Pool } from './state.ts';
import { emptyBalance, inBurnDownOrder } from './state.ts';
import type { Balance, Grant, LedgerEntry } from './types.ts';

/** What the lock shows of an account. */
export interface LockedAccount {
  readonly customerId: string;
  readonly sequence: bigint;
  readonly nextDueAt: Date | null;
}

/** A command that was answered under its key. */
export interface AnsweredCommand {
  readonly customerId: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly firstSequence: bigint;
  readonly lastSequence: bigint;
}

/** All that one batch changes. */
export interface Changes {
  readonly accounts: readonly AccountState[];
  readonly entries: readonly LedgerEntry[];
  readonly balances: readonly Balance[];
  readonly grants: readonly Grant[];
  readonly commands: readonly (AnsweredCommand & { readonly createdAt: Date })[];
}

/** Makes the rows of accounts that a batch opens; one that is there stays as it is. Waits for another process that makes the same one. */
export async function openAccounts(transaction: Transaction, customerIds: readonly string[]): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO account (customer_id, sequence)
    SELECT id, 0 FROM unnest(${customerIds}::text[]) AS id ORDER BY id
    ON CONFLICT (customer_id) DO NOTHING`;
}

/** Locks the accounts that exist, always in the order of their ids, until the transaction ends. */
export async function lockAccounts(transaction: Transaction, customerIds: readonly string[]): Promise<readonly LockedAccount[]> {
  return transaction.$queryRaw<LockedAccount[]>`
    SELECT customer_id AS "customerId", sequence, next_due_at AS "nextDueAt" FROM account
    WHERE customer_id = ANY(${customerIds}::text[]) ORDER BY customer_id FOR NO KEY UPDATE`;
}

/** The same for those that nobody else holds. The rest are left out. */
export async function lockFreeAccounts(
  transaction: Transaction,
  customerIds: readonly string[],
): Promise<readonly LockedAccount[]> {
  return transaction.$queryRaw<LockedAccount[]>`
    SELECT customer_id AS "customerId", sequence, next_due_at AS "nextDueAt" FROM account
    WHERE customer_id = ANY(${customerIds}::text[]) ORDER BY customer_id FOR NO KEY UPDATE SKIP LOCKED`;
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

type PoolRow = GrantRow & {
  readonly wantedCustomerId: string;
  readonly wantedFeatureId: string;
  readonly version: bigint | null;
  readonly balanceGranted: string;
  readonly balanceRemaining: string;
  readonly balanceHeld: string;
  readonly balanceUsage: string;
  readonly balanceUnlimited: boolean;
  readonly balanceNextResetAt: Date | null;
  readonly balanceNextExpiryAt: Date | null;
};

/** The balances of these features and the open grants under them, keyed by customer and then by feature. */
export async function readPools(
  transaction: Transaction,
  wanted: readonly { readonly customerId: string; readonly featureId: string }[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, Pool>>> {
  const rows = await transaction.$queryRawUnsafe<PoolRow[]>(
    `SELECT wanted.customer_id AS "wantedCustomerId", wanted.feature_id AS "wantedFeatureId", b.version,
           b.granted::text AS "balanceGranted", b.remaining::text AS "balanceRemaining", b.held::text AS "balanceHeld",
           b.usage::text AS "balanceUsage", b.unlimited AS "balanceUnlimited",
           b.next_reset_at AS "balanceNextResetAt", b.next_expiry_at AS "balanceNextExpiryAt",
           ${GRANT_COLUMNS}
    FROM unnest($1::text[], $2::text[]) AS wanted (customer_id, feature_id)
    LEFT JOIN balance b ON b.customer_id = wanted.customer_id AND b.feature_id = wanted.feature_id
    LEFT JOIN "grant" g ON g.customer_id = wanted.customer_id AND g.feature_id = wanted.feature_id AND g.open`,
    wanted.map((each) => each.customerId),
    wanted.map((each) => each.featureId),
  );
  const grants = new Map<Map<string, Pool>, Map<string, Grant[]>>();
  const pools = new Map<string, Map<string, Pool>>();
  for (const row of rows) {
    const ofCustomer = pools.get(row.wantedCustomerId) ?? new Map<string, Pool>();
    pools.set(row.wantedCustomerId, ofCustomer);
    const ofFeature = grants.get(ofCustomer) ?? new Map<string, Grant[]>();
    grants.set(ofCustomer, ofFeature);
    const list = ofFeature.get(row.wantedFeatureId) ?? [];
    ofFeature.set(row.wantedFeatureId, list);
    if (row.id !== null) list.push(toGrant(row));
    ofCustomer.set(row.wantedFeatureId, { balance: balanceOf(row), grants: list });
  }
  for (const ofCustomer of pools.values()) {
    for (const [featureId, pool] of ofCustomer) ofCustomer.set(featureId, { ...pool, grants: inBurnDownOrder(pool.grants) });
  }
  return pools;
}

function balanceOf(row: PoolRow): Balance {
  if (row.version === null) return emptyBalance(row.wantedCustomerId, row.wantedFeatureId);
  return {
    customerId: row.wantedCustomerId,
    featureId: row.wantedFeatureId,
    granted: decimal(row.balanceGranted),
    remaining: decimal(row.balanceRemaining),
    held: decimal(row.balanceHeld),
    usage: decimal(row.balanceUsage),
    unlimited: row.balanceUnlimited,
    nextResetAt: row.balanceNextResetAt,
    nextExpiryAt: row.balanceNextExpiryAt,
    version: row.version,
  };
}

/** Writes a batch in one round trip, with one INSERT or UPDATE a table. */
export async function writeChanges(transaction: Transaction, changes: Changes): Promise<void> {
  const parameters: string[] = [];
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
        next_reset_at = excluded.next_reset_at, expires_at = excluded.expires_at, open = excluded.open
    ), commands AS (
      INSERT INTO command (${Object.keys(COMMAND_TYPES).join()}) ${unnest(parameters, COMMAND_TYPES, changes.commands.map(commandToRow))}
    )
    UPDATE account a SET sequence = new.sequence, next_due_at = new.next_due_at
    FROM (${unnest(parameters, ACCOUNT_TYPES, changes.accounts.map(accountToRow))}) AS new
    WHERE a.customer_id = new.customer_id`,
    ...parameters,
  );
}

const accountToRow = ({ customerId, sequence, nextDueAt }: AccountState) => ({
  customer_id: customerId,
  sequence,
  next_due_at: nextDueAt,
});

const ACCOUNT_TYPES: Columns<ReturnType<typeof accountToRow>> = {
  customer_id: 'text',
  sequence: 'int8',
  next_due_at: 'timestamptz',
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
