import type { Transaction } from '../database/database.ts';
import type { Clock } from '../values/clock.ts';
import { CustomerNotFoundError, DomainError, IdempotencyConflictError, UnavailableError } from '../values/errors.ts';
import { type ReadStates, readStates } from './account-states.ts';
import type { Effect } from './effect.ts';
import { type AccountState, earliest, poolOf } from './model/account-state.ts';
import type { Command, Posted } from './model/posting.ts';
import type { Grant, LedgerEntry } from './model/types.ts';
import { applyCommand } from './rules/apply-command.ts';
import { openBook } from './rules/book.ts';
import { catchUp, catchUpAhead } from './rules/catch-up.ts';
import * as store from './tables/write.ts';

/**
 * One transaction's work for a batch of commands: lock the accounts, only then read, let time do what is due, apply the pure
 * rules in order of arrival, write once. A refused command is refused alone and stores nothing.
 */
export interface BatchOptions {
  readonly effects: readonly Effect[];
  readonly clock: Clock;
  /** wait: for accounts that others hold. skip: commands on those are refused as busy, the rest go on. */
  readonly lock: 'wait' | 'skip';
}

export type Outcome = { readonly posted: Posted } | { readonly refusal: DomainError };

export interface BatchResult {
  /** In the order of the commands. */
  readonly outcomes: readonly Outcome[];
  /** All that the batch adds to the ledger. */
  readonly entries: readonly LedgerEntry[];
  /** The nearest instant at which time changes one of the accounts; null where none is known. */
  readonly nextDueAt: Date | null;
}

/** An effect went, and then the rules refused: the transaction must be rolled back and run again without that command. */
export class RefusedAfterEffect extends Error {
  readonly index: number;
  readonly refusal: DomainError;

  constructor(index: number, refusal: DomainError) {
    super('refused after its effect');
    this.index = index;
    this.refusal = refusal;
  }
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
  const changes = applyInOrder(commands, outcomes, await readStates(transaction, open, accounts, now), now);
  if (changes.accounts.length > 0) await store.writeChanges(transaction, changes);
  const nextDueAt = earliest(changes.accounts.map((account) => account.nextDueAt));
  return { outcomes: outcomes.map(present), entries: changes.entries, nextDueAt };
}

async function lock(transaction: Transaction, commands: readonly Command[], mode: BatchOptions['lock']) {
  const opening = distinct(commands.filter((command) => command.opensAccount).map((command) => command.customerId));
  if (opening.length > 0) await store.openAccounts(transaction, opening);
  const ids = distinct(commands.map((command) => command.customerId));
  const locked = mode === 'wait' ? await store.lockAccounts(transaction, ids) : await store.lockFreeAccounts(transaction, ids);
  return new Map(locked.map((account) => [account.customerId, account]));
}

/** One instant for all of a batch: not before the last of its accounts was locked. */
function nowIn({ now, fromDatabase }: Clock, accounts: Iterable<store.LockedAccount>): Date {
  const last = Math.max(...[...accounts].map(({ lockedAt }) => lockedAt.getTime()));
  return fromDatabase && Number.isFinite(last) ? fromDatabase(new Date(last)) : now();
}

function missing(command: Command, mode: BatchOptions['lock']): DomainError {
  return mode === 'wait' ? new CustomerNotFoundError(command.customerId) : new UnavailableError(BUSY);
}

export const BUSY = 'The account is busy: another request holds it. Nothing was done: try again in a moment.';

/** Answers the commands whose key was answered in an earlier batch. */
async function answerReplays(
  transaction: Transaction,
  commands: readonly Command[],
  outcomes: (Outcome | undefined)[],
): Promise<void> {
  const keyed = commands.flatMap(({ customerId, idempotency }, index) =>
    idempotency && !outcomes[index] ? [{ index, customerId, ...idempotency }] : [],
  );
  if (keyed.length === 0) return;
  const answered = new Map(
    (await store.readAnswered(transaction, keyed)).map((each) => [nameOf(each.customerId, each.key), each]),
  );
  const found = keyed.flatMap((each) => {
    const first = answered.get(nameOf(each.customerId, each.key));
    return first ? [{ ...each, first }] : [];
  });
  if (found.length === 0) return;
  const entries = await store.readOutcomes(transaction, distinct(found.map((each) => each.first)));
  for (const { index, customerId, key, fingerprint, first } of found) {
    outcomes[index] =
      first.fingerprint === fingerprint
        ? { posted: { entries: entries.filter((entry) => isOf(entry, customerId, first)), replayed: true, applied: true } }
        : { refusal: new IdempotencyConflictError(key) };
  }
}

function isOf(entry: LedgerEntry, customerId: string, answered: store.AnsweredCommand): boolean {
  return entry.customerId === customerId && entry.sequence >= answered.firstSequence && entry.sequence <= answered.lastSequence;
}

/** Runs each effect once for all commands that carry it; those that it finds done are answered with nothing posted. */
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
      // What one effect wrote must not stand without the others: the transaction is given up.
      else if (went.has(index))
        throw new Error(`the effect ${effect.name} was done, where one before it in the same command was not`);
      else outcomes[index] = { posted: { entries: [], replayed: false, applied: false } };
    });
  }
}

/** The pure part: what is due, and then every command that is still open, in order of arrival, on the state that the one before it left. */
function applyInOrder(
  commands: readonly Command[],
  outcomes: (Outcome | undefined)[],
  { states: before, overdue }: ReadStates,
  now: Date,
): store.Changes {
  const states = new Map(before);
  const entries: LedgerEntry[] = [];
  for (const [customerId, { later, ahead }] of overdue) {
    const state = states.get(customerId);
    if (!state) continue;
    const book = openBook(state, now);
    const caughtUp = ahead ? catchUpAhead(book, ahead, later) : catchUp(book, later);
    states.set(customerId, caughtUp.state);
    for (const entry of caughtUp.entries) entries.push(entry);
  }
  const answered = new Map<string, { fingerprint: string; posted: Posted }>();
  const keys: store.Changes['commands'][number][] = [];
  commands.forEach((command, index) => {
    const state = states.get(command.customerId);
    if (outcomes[index] || !state) return;
    const name = command.idempotency && nameOf(command.customerId, command.idempotency.key);
    const earlier = name === undefined ? undefined : answered.get(name);
    if (earlier && command.idempotency) {
      outcomes[index] =
        earlier.fingerprint === command.idempotency.fingerprint
          ? { posted: { entries: earlier.posted.entries, replayed: true, applied: true } }
          : { refusal: new IdempotencyConflictError(command.idempotency.key) };
      return;
    }
    try {
      const applied = applyCommand(state, command, now);
      states.set(command.customerId, applied.state);
      for (const entry of applied.entries) entries.push(entry);
      const posted = { entries: applied.entries, replayed: false, applied: true, grantAfter: grantsIn(applied.state) };
      outcomes[index] = { posted };
      const [first, last] = [applied.entries.at(0), applied.entries.at(-1)];
      if (name !== undefined && command.idempotency && first && last) {
        const { key, fingerprint } = command.idempotency;
        answered.set(name, { fingerprint, posted });
        const range = { firstSequence: first.sequence, lastSequence: last.sequence };
        keys.push({ customerId: command.customerId, key, fingerprint, ...range, createdAt: now });
      }
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (command.effects?.length) throw new RefusedAfterEffect(index, error);
      outcomes[index] = { refusal: error };
    }
  });
  return { ...changed(before, states), entries, usage: usageOf(entries), commands: keys };
}

/** Looks a grant up where a command left it. Found when it is asked for: few commands' answers speak of one. */
function grantsIn(state: AccountState): NonNullable<Posted['grantAfter']> {
  return ({ featureId, id }) => poolOf(state, featureId).grants.find((grant) => grant.id === id);
}

/** What differs between two states of the same accounts. */
function changed(before: ReadonlyMap<string, AccountState>, after: ReadonlyMap<string, AccountState>) {
  const accounts = [...after.values()].filter((state) => state !== before.get(state.customerId));
  const pools = accounts.flatMap((state) =>
    [...state.pools].flatMap(([featureId, pool]) => {
      const old = before.get(state.customerId)?.pools.get(featureId);
      return pool === old ? [] : [{ pool, old }];
    }),
  );
  const grants: Grant[] = pools.flatMap(({ pool, old }) => {
    const unchanged = new Set(old?.grants);
    return pool.grants.filter((grant) => !unchanged.has(grant));
  });
  const holds = accounts.flatMap((state) => {
    const old = before.get(state.customerId)?.holds;
    return [...state.holds.values()].filter((hold) => old?.get(hold.id) !== hold);
  });
  return { accounts, balances: pools.map(({ pool }) => pool.balance), grants, holds };
}

const HOUR_MS = 3_600_000;

/** What the entries say was used, by the hour in which it was. */
function usageOf(entries: readonly LedgerEntry[]): readonly store.UsageHour[] {
  const hours = new Map<string, store.UsageHour>();
  for (const { customerId, featureId, applied, occurredAt } of entries) {
    if (applied === null || applied === 0n) continue;
    const hour = new Date(Math.floor(occurredAt.getTime() / HOUR_MS) * HOUR_MS);
    const name = `${customerId}\n${featureId}\n${hour.getTime()}`;
    hours.set(name, { customerId, featureId, hour, amount: (hours.get(name)?.amount ?? 0n) + applied });
  }
  return [...hours.values()];
}

function present(outcome: Outcome | undefined): Outcome {
  if (!outcome) throw new Error('a command of the batch was left without an outcome');
  return outcome;
}

const distinct = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];

/** Neither ids nor keys contain a line feed. */
const nameOf = (customerId: string, name: string): string => `${customerId}\n${name}`;
