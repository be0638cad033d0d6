/**
 * Commits a batch and answers its callers.
 *
 * First without a transaction, in one statement (optimistic.ts). Commands whose account has moved
 * or is locked are tried once more, on accounts that are read again. What is left then, and what
 * needs the lock for longer than a statement, is done in one transaction that waits for its locks
 * (batch.ts). So no command can lose for ever.
 */
import { type Database, failedCommit, isLockTimeout, notDone } from '../database/database.ts';
import { failureOf } from '../database/failure.ts';
import type { Log } from '../platform/log.ts';
import type { Clock } from '../values/clock.ts';
import { OutcomeUnknownError, UnavailableError } from '../values/errors.ts';
import { type Outcome, RefusedAfterEffect } from './apply.ts';
import { type BatchResult, BUSY, runBatch } from './batch.ts';
import type { Effect } from './effect.ts';
import type { Memory } from './memory.ts';
import type { Command, Posted } from './model/posting.ts';
import type { Recorder } from './model/recorder.ts';
import type { LedgerEntry } from './model/types.ts';
import { type Attempt, attempt, needsTransaction } from './optimistic.ts';

export interface CommitDeps {
  readonly database: Pick<Database, 'transaction' | 'statements'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly effects: readonly Effect[];
  /** What other rooms write with the entries. Left out: nothing. */
  readonly recorders?: readonly Recorder[];
  /** Called with the entries of each batch as soon as it is committed. */
  readonly onCommitted: (entries: readonly LedgerEntry[]) => void;
  /** Called with the nearest instant at which an account of a batch is due again. */
  readonly onDue?: (at: Date) => void;
  readonly memory: Memory;
  readonly isOptimistic: boolean;
}

/** A command whose caller waits. */
export interface Waiting {
  readonly command: Command;
  readonly resolve: (posted: Posted) => void;
  readonly reject: (error: unknown) => void;
}

type Batch = readonly Waiting[];

/**
 * Never rejects. Answers every caller of the batch. `onDone` receives the customers whose commands
 * are all answered while others still wait.
 */
export type Commit = (batch: Batch, onDone: (customerIds: ReadonlySet<string>) => void) => Promise<void>;

export function openCommit({ database, memory, isOptimistic, ...deps }: CommitDeps): Commit {
  const { clock, log, effects, recorders = [], onCommitted, onDue } = deps;

  async function commit(batch: Batch, onDone: (customerIds: ReadonlySet<string>) => void): Promise<void> {
    const bound = customersOf(isOptimistic ? batch.filter(({ command }) => needsTransaction(command)) : batch);
    let open = batch.filter(({ command }) => !bound.has(command.customerId));
    for (const isAgain of [false, true]) {
      if (open.length === 0) break;
      const { left, mayTryAgain } = await commitUnmoved(open, isAgain);
      const waiting = customersOf(left);
      onDone(new Set([...customersOf(open)].filter((customerId) => !waiting.has(customerId))));
      open = [...left];
      if (!mayTryAgain) break;
    }
    const left = new Set(open);
    await commitLocked(
      batch.filter((each) => left.has(each) || bound.has(each.command.customerId)),
      'wait',
    );
  }

  /** Returns the commands of which nothing was done, and that are to be tried in another way. */
  async function commitUnmoved(batch: Batch, isAgain: boolean): Promise<{ left: Batch; mayTryAgain: boolean }> {
    const commands = batch.map(({ command }) => command);
    let done: Attempt;
    try {
      done = await attempt({ statements: database.statements, clock, memory, recorders }, commands, isAgain);
    } catch (error) {
      for (const customerId of customersOf(batch)) memory.forget(customerId);
      const failure = failureOf(error);
      // The lock shows what stands in the way, or which of the commands fails.
      if (!(error instanceof OutcomeUnknownError) && (!failure || failure.kind === 'busy'))
        return { left: batch, mayTryAgain: false };
      log.error({ err: error, commands: batch.length }, 'ledger: the database could not take a batch');
      rejectAll(batch, notDone(error));
      return { left: [], mayTryAgain: false };
    }
    answer(batch, done);
    return { left: batch.filter((_, index) => !done.outcomes[index]), mayTryAgain: true };
  }

  async function commitLocked(batch: Batch, lock: 'wait' | 'skip'): Promise<void> {
    if (batch.length === 0) return;
    const commands = batch.map(({ command }) => command);
    let committing = false;
    let result: BatchResult;
    try {
      result = await database.transaction(async (transaction) => {
        const done = await runBatch(transaction, commands, { effects, recorders, clock, lock });
        committing = true;
        return done;
      });
    } catch (error) {
      await recover(batch, lock, error, committing);
      return;
    }
    for (const state of result.states) memory.keep(state);
    answer(batch, result);
  }

  /** Committed commands are answered even if the listener fails. */
  function answer(batch: Batch, { outcomes, entries, nextDueAt }: Pick<Attempt, 'outcomes' | 'entries' | 'nextDueAt'>): void {
    try {
      if (entries.length > 0) onCommitted(entries);
    } catch (error) {
      log.error({ err: error, entries: entries.length }, 'ledger: what was committed could not be handed on');
    }
    if (nextDueAt) onDue?.(nextDueAt);
    batch.forEach(({ resolve, reject }, index) => {
      const outcome: Outcome | undefined = outcomes[index];
      if (!outcome) return;
      if ('posted' in outcome) resolve(outcome.posted);
      else reject(outcome.refusal);
    });
  }

  /**
   * Handles a failed batch. Nothing of it was done, unless the connection was lost while
   * committing.
   */
  async function recover(batch: Batch, lock: 'wait' | 'skip', error: unknown, committing: boolean): Promise<void> {
    if (error instanceof RefusedAfterEffect) {
      batch[error.index]?.reject(error.refusal);
      return commitLocked(batch.toSpliced(error.index, 1), lock);
    }
    if (error instanceof OutcomeUnknownError || (committing && failedCommit(error) instanceof OutcomeUnknownError)) {
      log.error({ err: error, commands: batch.length }, 'ledger: the outcome of a commit is unknown');
      return rejectAll(batch, failedCommit(error));
    }
    if (isLockTimeout(error)) {
      log.warn({ commands: batch.length }, 'ledger: an account stayed locked');
      if (lock === 'skip') return rejectAll(batch, new UnavailableError(BUSY, { cause: error }));
      await commitLocked(batch.filter(locksAccountsOnly), 'skip');
      return commitLocked(
        batch.filter((each) => !locksAccountsOnly(each)),
        'skip',
      );
    }
    if (failureOf(error)) {
      log.error({ err: error, commands: batch.length }, 'ledger: the database could not take a batch');
      return rejectAll(batch, notDone(error));
    }
    if (batch.length === 1) {
      log.error({ err: error }, 'ledger: a command failed');
      return rejectAll(batch, error);
    }
    // One command fails the batch. Halving finds it, so that only its caller gets the error.
    const middle = Math.ceil(batch.length / 2);
    await commitLocked(batch.slice(0, middle), lock);
    await commitLocked(batch.slice(middle), lock);
  }

  return commit;
}

function customersOf(batch: Batch): ReadonlySet<string> {
  return new Set(batch.map(({ command }) => command.customerId));
}

function rejectAll(batch: Batch, reason: unknown): void {
  for (const { reject } of batch) reject(reason);
}

/**
 * False for a command that opens its account or has an effect: it may wait for rows beside the
 * account's.
 */
function locksAccountsOnly({ command }: Waiting): boolean {
  return !command.opensAccount && !command.effects?.length;
}
