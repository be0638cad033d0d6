import type { Transaction } from '../database/database.ts';
import type { Clock } from '../values/clock.ts';
import { CustomerNotFoundError, DomainError, IdempotencyConflictError, UnavailableError } from '../values/errors.ts';
import { type ReadStates, readStates } from './account-states.ts';
import { changesBetween, usageOf } from './changes.ts';
import type { Effect } from './effect.ts';
import { type AccountState, earliest, poolOf } from './model/account-state.ts';
import type { Command, Posted } from './model/posting.ts';
import type { LedgerEntry } from './model/types.ts';
import { applyCommand } from './rules/apply-command.ts';
import { openBook } from './rules/book.ts';
import { catchUp, catchUpAhead } from './rules/catch-up.ts';
import * as store from './tables/write.ts';

/**
 * Runs a batch of commands in one transaction: locks the accounts, then reads, lets overdue
 * accounts catch up, applies the pure rules in order of arrival, and writes once. A refused command
 * stores nothing and does not affect the others.
 */
export interface BatchOptions {
  readonly effects: readonly Effect[];
  readonly clock: Clock;
  /**
   * wait: waits for accounts that others have locked. skip: refuses commands on those accounts as
   * busy and runs the rest.
   */
  readonly lock: 'wait' | 'skip';
}

export type Outcome = { readonly posted: Posted } | { readonly refusal: DomainError };

export interface BatchResult {
  /** In the order of the commands. */
  readonly outcomes: readonly Outcome[];
  /** All entries that the batch adds to the ledger. */
  readonly entries: readonly LedgerEntry[];
  /** The nearest instant at which time changes one of the accounts; null where none is known. */
  readonly nextDueAt: Date | null;
}

/**
 * The rules refused a command after its effect had written. The transaction must be rolled back and
 * run again without it.
 */
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

/** The one instant of a batch. It is never before the last of its accounts was locked. */
function nowIn({ now, fromDatabase }: Clock, accounts: Iterable<store.LockedAccount>): Date {
  const last = Math.max(...[...accounts].map(({ lockedAt }) => lockedAt.getTime()));
  return fromDatabase && Number.isFinite(last) ? fromDatabase(new Date(last)) : now();
}

function missing(command: Command, mode: BatchOptions['lock']): DomainError {
  return mode === 'wait' ? new CustomerNotFoundError(command.customerId) : new UnavailableError(BUSY);
}

export const BUSY = 'The account is busy: another request holds it. Nothing was done: try again in a moment.';

/** Answers the commands whose idempotency key was answered in an earlier batch. */
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

/**
 * The pure part: overdue accounts catch up, then each open command is applied in order of arrival
 * to the state that the one before it left.
 */
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
  return { ...changesBetween(before, states), entries, usage: usageOf(entries), commands: keys };
}

/** Finds a grant as a command left it. Searches on demand, because few answers need a grant. */
function grantsIn(state: AccountState): NonNullable<Posted['grantAfter']> {
  return ({ featureId, id }) => poolOf(state, featureId).grants.find((grant) => grant.id === id);
}

function present(outcome: Outcome | undefined): Outcome {
  if (!outcome) throw new Error('a command of the batch was left without an outcome');
  return outcome;
}

const distinct = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];

/** Ids and keys contain no line feed. */
const nameOf = (customerId: string, name: string): string => `${customerId}\n${name}`;
