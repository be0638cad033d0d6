/**
 * Runs a batch without a transaction: takes the accounts as they are remembered, reads those that
 * are not, applies the rules, and writes everything in one statement that passes over the accounts
 * that moved meanwhile. Their commands have no outcome, and nothing of them was done.
 *
 * A refusal is an outcome too: the same statement confirms the state on which it is based.
 */
import type { Database } from '../database/database.ts';
import { notDone } from '../database/statement-errors.ts';
import type { Clock } from '../values/clock.ts';
import { CustomerNotFoundError, OverloadedError, UnreadableError } from '../values/errors.ts';
import { featuresOf, readStates } from './account-states.ts';
import { applyInOrder, type Outcome } from './apply.ts';
import type { Memory } from './memory.ts';
import { type AccountState, earliest } from './model/account-state.ts';
import type { Command } from './model/posting.ts';
import type { Recorder } from './model/recorder.ts';
import type { LedgerEntry } from './model/types.ts';
import { answerReplays, openKeys } from './replays.ts';
import { type AccountWithPools, readAccounts } from './tables/pools.ts';
import { outsideTransactions, type Reader } from './tables/reader.ts';
import { AHEAD_MS, type Expected, findUnmoved, writeUnmoved } from './tables/unmoved.ts';
import type { Changes } from './tables/write.ts';

export interface OptimisticDeps {
  readonly statements: Database['statements'];
  readonly clock: Clock;
  readonly memory: Memory;
  readonly recorders: readonly Recorder[];
}

export interface Attempt {
  /** In the order of the commands; undefined where the account has moved or is locked. */
  readonly outcomes: readonly (Outcome | undefined)[];
  readonly entries: readonly LedgerEntry[];
  readonly nextDueAt: Date | null;
}

/** True for a command that needs the lock of its account for longer than one statement. */
export function needsTransaction({ opensAccount, effects, ahead }: Command): boolean {
  return Boolean(opensAccount || effects?.length || ahead);
}

/**
 * @param isAgain the accounts are read again, and keys that were answered before are replayed.
 * @throws UnavailableError or OverloadedError where nothing was done; OutcomeUnknownError; the
 * error of a rule or of the server, after which nothing was done.
 */
export async function attempt(deps: OptimisticDeps, commands: readonly Command[], isAgain: boolean): Promise<Attempt> {
  const { outcomes, missing, expected, changes, states } = await prepare(deps, commands, isAgain).catch(notRead);
  const unmoved = await confirm(deps, changes, expected);
  const isCertain = (command: Command | undefined) =>
    command !== undefined && (unmoved.has(command.customerId) || missing.has(command.customerId));
  for (const [customerId, state] of states) {
    if (unmoved.has(customerId)) deps.memory.keep(state);
    else deps.memory.forget(customerId);
  }
  return {
    outcomes: outcomes.map((outcome, index) => (isCertain(commands[index]) ? outcome : undefined)),
    entries: changes.entries.filter(({ customerId }) => unmoved.has(customerId)),
    nextDueAt: earliest(changes.accounts.flatMap(({ customerId, nextDueAt }) => (unmoved.has(customerId) ? [nextDueAt] : []))),
  };
}

/** What a batch comes to, as far as its accounts are as they were read. */
interface Prepared {
  /** In the order of the commands; undefined where the account needs the database's own time. */
  readonly outcomes: readonly (Outcome | undefined)[];
  /** The customers that do not exist. */
  readonly missing: ReadonlySet<string>;
  readonly expected: Expected;
  readonly changes: Changes;
  readonly states: ReadonlyMap<string, AccountState>;
}

async function prepare({ statements, clock, memory }: OptimisticDeps, commands: readonly Command[], isAgain: boolean) {
  const reader = outsideTransactions(statements);
  const outcomes: (Outcome | undefined)[] = commands.map(() => undefined);
  if (isAgain) await answerReplays(reader, commands, outcomes);
  const accounts = await accountsOf(reader, memory, commands, isAgain);
  const missing = new Set(commands.map(({ customerId }) => customerId).filter((customerId) => !accounts.has(customerId)));
  commands.forEach(({ customerId }, index) => {
    if (missing.has(customerId)) outcomes[index] = { refusal: new CustomerNotFoundError(customerId) };
  });
  const now = momentOf(clock, accounts.values());
  for (const { customerId, recordedAt } of accounts.values()) if (recordedAt && recordedAt > now) accounts.delete(customerId);
  const open = commands.filter(({ customerId }, index) => !outcomes[index] && accounts.has(customerId));
  const read = await readStates(reader, open, accounts, now);
  const keys = openKeys(commands, outcomes).filter(({ customerId }) => accounts.has(customerId));
  const { changes, states } = applyInOrder(commands, outcomes, read, now);
  const expected = { accounts: [...accounts.values()], keys, at: inDatabase(clock, now) };
  return { outcomes, missing, expected, changes, states } satisfies Prepared;
}

/** The accounts of these commands that exist: as they are remembered, or as they are read. */
async function accountsOf(reader: Reader, memory: Memory, commands: readonly Command[], isAgain: boolean) {
  const wanted = new Map<string, Set<string>>();
  for (const { customerId, postings } of commands) {
    const features = wanted.get(customerId) ?? new Set();
    wanted.set(customerId, features);
    for (const posting of postings) for (const featureId of featuresOf(posting)) features.add(featureId);
  }
  const accounts = new Map<string, AccountWithPools>();
  const unknown: { customerId: string; featureId: string | null }[] = [];
  for (const [customerId, features] of wanted) {
    const remembered = isAgain ? undefined : memory.recall(customerId);
    if (remembered && [...features].every((featureId) => remembered.pools.has(featureId))) accounts.set(customerId, remembered);
    else for (const featureId of features.size > 0 ? features : [null]) unknown.push({ customerId, featureId });
  }
  if (unknown.length === 0) return accounts;
  for (const account of await readAccounts(reader, unknown)) {
    const remembered = memory.recall(account.customerId);
    const pools = remembered && isSame(remembered, account) ? new Map([...remembered.pools, ...account.pools]) : account.pools;
    accounts.set(account.customerId, { ...account, pools });
  }
  return accounts;
}

/**
 * The same state of an account. After a failover that lost entries its sequence alone would not
 * tell: other entries may have taken the numbers.
 */
function isSame(one: AccountWithPools, other: AccountWithPools): boolean {
  return one.sequence === other.sequence && one.recordedAt?.getTime() === other.recordedAt?.getTime();
}

/**
 * The one instant of a batch. It is not before the last entry of an account, except for an account
 * that is further ahead than clocks may differ: that one needs the database's own time.
 */
function momentOf(clock: Clock, accounts: Iterable<AccountWithPools>): Date {
  const now = clock.now().getTime();
  let moment = now;
  for (const { recordedAt } of accounts) {
    const recorded = recordedAt?.getTime() ?? 0;
    if (recorded > moment && recorded <= now + AHEAD_MS) moment = recorded;
  }
  return new Date(moment);
}

/** An instant of the clock in the database's time, which a moved clock is ahead of. */
function inDatabase({ fromDatabase }: Clock, now: Date): Date | null {
  return fromDatabase ? new Date(2 * now.getTime() - fromDatabase(now).getTime()) : null;
}

async function confirm({ statements, recorders }: OptimisticDeps, changes: Changes, expected: Expected) {
  if (expected.accounts.length === 0) return new Set<string>();
  return changes.accounts.length > 0
    ? writeUnmoved(statements, changes, expected, recorders)
    : findUnmoved(statements, expected).catch(notRead);
}

/** A read that failed before the write: nothing was done. */
function notRead(error: unknown): never {
  throw error instanceof UnreadableError || error instanceof OverloadedError ? notDone(error.cause) : error;
}
