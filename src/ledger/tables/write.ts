/** Writes what a batch changes in one statement, with one INSERT or UPDATE for each table. */
import type { Transaction } from '../../database/database.ts';
import type { Moves, Recorder } from '../model/recorder.ts';
import type { Balance, Grant, Hold } from '../model/types.ts';
import type { AnsweredCommand } from './answered.ts';
import { type Cell, type Columns, oneRow, type Parameters, unnest } from './columns.ts';
import { ENTRY_TYPES, entryToRow } from './entry-rows.ts';
import { GRANT_TYPES, grantToRow } from './grant-rows.ts';
import { HOLD_TYPES, holdToRow } from './hold-rows.ts';
import {
  BALANCE_TYPES,
  balanceToRow,
  CHANGED_ACCOUNT_TYPES,
  COMMAND_TYPES,
  changedAccountToRow,
  commandToRow,
  USAGE_TYPES,
  type UsageHour,
  usageToRow,
} from './written-rows.ts';

/** All that one batch changes. */
export interface Changes extends Moves {
  readonly balances: readonly Balance[];
  readonly grants: readonly Grant[];
  readonly holds: readonly Hold[];
  readonly usage: readonly UsageHour[];
  readonly commands: readonly (AnsweredCommand & { readonly createdAt: Date })[];
}

/** Writes a batch, whose accounts are locked. */
export async function writeChanges(transaction: Transaction, changes: Changes, recorders: readonly Recorder[]): Promise<void> {
  const parameters: Parameters = [];
  await transaction.$executeRawUnsafe(`WITH ${writesOf(parameters, changes, recorders).join()} SELECT`, ...parameters);
}

type Cells<Row> = { readonly [Name in keyof Row]: Cell };

/** Limits what is written to the accounts in a part `locked` of the statement's WITH. */
export interface OnlyLocked {
  /** Each list of the changes has at most one row: see columns.ts. */
  readonly isOneRow: boolean;
}

/**
 * IS TRUE makes PostgreSQL look each row up in a hash. Without, it joins, and compares each row of
 * the batch with each account.
 */
const IS_LOCKED = 'WHERE (customer_id IN (SELECT customer_id FROM locked)) IS TRUE';

/**
 * The parts of a statement that write a batch, for its WITH. Tables without changes are left out.
 * @param only left out: all of the changes are written.
 */
export function writesOf(
  parameters: Parameters,
  changes: Changes,
  recorders: readonly Recorder[],
  only?: OnlyLocked,
): readonly string[] {
  function rowsOf<Row extends Cells<Row>, Item>(types: Columns<Row>, items: readonly Item[], toRow: (item: Item) => Row): string {
    const [first] = items;
    if (only?.isOneRow && first !== undefined)
      return `SELECT rows.* FROM (${oneRow(parameters, types, toRow(first))}) AS rows JOIN locked USING (customer_id)`;
    return `${unnest<Row>(parameters, types, items.map(toRow))} ${only ? IS_LOCKED : ''}`;
  }
  function insert<Row extends Cells<Row>, Item>(
    [name, table]: readonly [name: string, table: string],
    [types, items, toRow]: readonly [Columns<Row>, readonly Item[], (item: Item) => Row],
    onConflict = '',
  ): readonly string[] {
    if (items.length === 0) return [];
    return [`${name} AS (INSERT INTO ${table} (${Object.keys(types).join()}) ${rowsOf(types, items, toRow)} ${onConflict})`];
  }
  return [
    ...insert(['entries', 'ledger_entry'], [ENTRY_TYPES, changes.entries, entryToRow]),
    ...insert(['balances', 'balance'], [BALANCE_TYPES, changes.balances, balanceToRow], OR_CHANGE_BALANCE),
    ...insert(['grants', '"grant"'], [GRANT_TYPES, changes.grants, grantToRow], OR_CHANGE_GRANT),
    ...insert(['holds', 'hold'], [HOLD_TYPES, changes.holds, holdToRow], OR_END_HOLD),
    ...insert(['usage', 'usage_hour AS u'], [USAGE_TYPES, changes.usage, usageToRow], OR_ADD_USAGE),
    ...insert(['commands', 'command'], [COMMAND_TYPES, changes.commands, commandToRow]),
    ...recorders.flatMap((record) => record(parameters, changes, only ? IS_LOCKED : '')),
    `accounts AS (
      UPDATE account a SET sequence = new.sequence, next_due_at = new.next_due_at, recorded_at = new.recorded_at,
        frozen = new.frozen::text[], limits = new.limits::jsonb, limits_version = new.limits_version
      FROM (${rowsOf(CHANGED_ACCOUNT_TYPES, changes.accounts, changedAccountToRow)}) AS new WHERE a.customer_id = new.customer_id)`,
  ];
}

const OR_CHANGE_BALANCE = `ON CONFLICT (customer_id, feature_id) DO UPDATE SET
  granted = excluded.granted, remaining = excluded.remaining, held = excluded.held, usage = excluded.usage,
  unlimited = excluded.unlimited, next_reset_at = excluded.next_reset_at, next_expiry_at = excluded.next_expiry_at,
  version = excluded.version`;

const OR_CHANGE_GRANT = `ON CONFLICT (customer_id, id) DO UPDATE SET
  granted = excluded.granted, remaining = excluded.remaining, held = excluded.held, unlimited_use = excluded.unlimited_use,
  next_reset_at = excluded.next_reset_at, expires_at = excluded.expires_at, open = excluded.open, lowered = excluded.lowered,
  ended_at = excluded.ended_at, ended_sequence = excluded.ended_sequence, lapsed = excluded.lapsed,
  unlimited = excluded.unlimited, unlimited_taken = excluded.unlimited_taken,
  taken_back = excluded.taken_back, owed = excluded.owed`;

const OR_END_HOLD = `ON CONFLICT (customer_id, id) DO UPDATE SET
  status = excluded.status, settled_amount = excluded.settled_amount, ended_at = excluded.ended_at`;

const OR_ADD_USAGE = 'ON CONFLICT (customer_id, feature_id, hour) DO UPDATE SET amount = u.amount + excluded.amount';
