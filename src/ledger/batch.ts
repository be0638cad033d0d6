import type { Transaction } from '../database/database.ts';
import type { Clock } from '../values/clock.ts';
import { CustomerNotFoundError, type DomainError, UnavailableError } from '../values/errors.ts';
import { readStates } from './account-states.ts';
import { applyInOrder, type Outcome } from './apply.ts';
import type { Effect } from './effect.ts';
import { type AccountState, earliest } from './model/account-state.ts';
import type { Command } from './model/posting.ts';
import type { Recorder } from './model/recorder.ts';
import type { LedgerEntry } from './model/types.ts';
import { answerReplays } from './replays.ts';
import * as store from './tables/lock.ts';
import { writeChanges } from './tables/write.ts';

/**
 * Runs a batch of commands in one transaction: locks the accounts, then reads, lets overdue
 * accounts catch up, applies the pure rules in order of arrival, and writes once. A refused command
 * stores nothing and does not affect the others.
 */
export interface BatchOptions {
  readonly effects: readonly Effect[];
  readonly recorders: readonly Recorder[];
  readonly clock: Clock;
  /**
   * wait: waits for accounts that others have locked. skip: refuses commands on those accounts as
   * busy and runs the rest.
   */
  readonly lock: 'wait' | 'skip';
}

export interface BatchResult {
  /** In the order of the commands. */
  readonly outcomes: readonly Outcome[];
  /** All entries that the batch adds to the ledger. */
  readonly entries: readonly LedgerEntry[];
  /** The nearest instant at which time changes one of the accounts; null where none is known. */
  readonly nextDueAt: Date | null;
  /** The accounts as they are after the batch. */
  readonly states: Iterable<AccountState>;
}

export async function runBatch(
  transaction: Transaction,
  commands: readonly Command[],
  options: BatchOptions,
): Promise<BatchResult> {
  const accounts = await lock(transaction, commands, options.lock);
  const now = nowIn(options.clock, accounts.values());
  const outcomes: (Outcome | undefined)[] = commands.map((command) =>
    accounts.has(command.customerId) ? undefined : { refusal: missing(command, options.lock) },
  );
  await answerReplays(transaction, commands, outcomes);
  await runEffects(transaction, commands, outcomes, options.effects, now);
  const open = commands.filter((_, index) => !outcomes[index]);
  const known = new Map(
    [...accounts].map(([customerId, { lockedAt: _, ...account }]) => [customerId, { ...account, pools: NONE }]),
  );
  const { changes, states } = applyInOrder(commands, outcomes, await readStates(transaction, open, known, now), now);
  if (changes.accounts.length > 0) await writeChanges(transaction, changes, options.recorders);
  const nextDueAt = earliest(changes.accounts.map((account) => account.nextDueAt));
  return { outcomes: outcomes.map(present), entries: changes.entries, nextDueAt, states: states.values() };
}

const NONE: AccountState['pools'] = new Map();

async function lock(transaction: Transaction, commands: readonly Command[], mode: BatchOptions['lock']) {
  const opening = distinct(commands.filter((command) => command.opensAccount).map((command) => command.customerId));
  if (opening.length > 0) await store.openAccounts(transaction, opening);
  const ids = distinct(commands.map((command) => command.customerId));
  const locked = mode === 'wait' ? await store.lockAccounts(transaction, ids) : await store.lockFreeAccounts(transaction, ids);
  return new Map(locked.map((account) => [account.customerId, account]));
}

/** The one instant of a batch. It is never before the last of its accounts was locked. */
function nowIn({ now, fromDatabase }: Clock, accounts: Iterable<store.LockedAccount>): Date {
  const last = Math.max(...[...accounts].map(({ lockedAt }) => lockedAt.getTime()));
  return fromDatabase && Number.isFinite(last) ? fromDatabase(new Date(last)) : now();
}

function missing(command: Command, mode: BatchOptions['lock']): DomainError {
  return mode === 'wait' ? new CustomerNotFoundError(command.customerId) : new UnavailableError(BUSY);
}

export const BUSY = 'The account is busy: another request holds it. Nothing was done: try again in a moment.';

/**
 * Runs each effect once for all commands that have it. Commands whose effect was done before are
 * answered without posting anything.
 */
async function runEffects(
  transaction: Transaction,
  commands: readonly Command[],
  outcomes: (Outcome | undefined)[],
  effects: readonly Effect[],
  now: Date,
): Promise<void> {
  const went = new Set<number>();
  for (const effect of effects) {
    const calls = commands.flatMap((command, index) =>
      outcomes[index]
        ? []
        : (command.effects ?? []).filter((call) => call.name === effect.name).map((call) => ({ index, input: call.input })),
    );
    if (calls.length === 0) continue;
    const verdicts = await effect.apply(
      transaction,
      calls.map((call) => call.input),
      now,
    );
    calls.forEach(({ index }, position) => {
      if (verdicts[position] === 'go') went.add(index);
      // The effects of a command belong together, so the transaction is rolled back.
      else if (went.has(index))
        throw new Error(`the effect ${effect.name} was done, where one before it in the same command was not`);
      else outcomes[index] = { posted: { entries: [], replayed: false, applied: false } };
    });
  }
}

function present(outcome: Outcome | undefined): Outcome {
  if (!outcome) throw new Error('a command of the batch was left without an outcome');
  return outcome;
}

const distinct = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];
