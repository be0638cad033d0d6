import { type Database, failedCommit, isLockTimeout, notDone } from '../database/database.ts';
import { failureOf } from '../database/failure.ts';
import type { Log } from '../platform/log.ts';
import type { Clock } from '../values/clock.ts';
import { OutcomeUnknownError, OverloadedError, UnavailableError } from '../values/errors.ts';
import { type BatchResult, BUSY, RefusedAfterEffect, runBatch } from './batch.ts';
import type { Effect } from './effect.ts';
import type { Command, Posted } from './model/posting.ts';
import type { LedgerEntry } from './model/types.ts';

/**
 * The one write path. Commands wait in a lane per customer. A batch is one transaction: it takes
 * all waiting commands except those of customers that another batch of this process works on. With
 * one caller a batch is one command, and nothing waits for a timer. A caller is answered after the
 * commit, never before.
 */
export interface Writer {
  /**
   * @throws the command's refusal; OverloadedError (nothing done) when too many commands wait;
   * UnavailableError (nothing done) when the database cannot be reached, is full or read-only, or
   * the account stays locked; OutcomeUnknownError when the connection was lost while committing.
   */
  post(command: Command): Promise<Posted>;
  /**
   * The number of customers in batches that take unusually long. Their other commands wait
   * meanwhile.
   */
  stuckCustomers(): number;
  /** Refuses new commands, and resolves when all waiting ones are answered. */
  close(): Promise<void>;
}

export interface WriterDeps {
  readonly database: Pick<Database, 'transaction'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly effects: readonly Effect[];
  /** Called with the entries of each batch as soon as it is committed. */
  readonly onCommitted: (entries: readonly LedgerEntry[]) => void;
  /** Called with the nearest instant at which an account of a batch is due again. */
  readonly onDue?: (at: Date) => void;
  readonly limits?: Partial<WriterLimits>;
}

export interface WriterLimits {
  /** Above either limit, new commands are refused at once. */
  readonly queuedCommands: number;
  readonly queuedBytes: number;
  /** Larger batches are no faster and hold their locks longer. */
  readonly batchCommands: number;
  /** The next batch is applied while one waits for the disk. */
  readonly batchesInFlight: number;
}

const LIMITS: WriterLimits = { queuedCommands: 20_000, queuedBytes: 64 * 1024 * 1024, batchCommands: 1_000, batchesInFlight: 3 };

/**
 * A batch that takes longer no longer counts as in flight, so the next one can begin: its row or
 * connection blocks only itself.
 */
const SLOW_AFTER_MS = 2_000;
/** So many slow batches may run beside those in flight. Each has a connection. */
export const SLOW_BATCHES = 4;

interface Pending {
  readonly command: Command;
  readonly bytes: number;
  readonly resolve: (posted: Posted) => void;
  readonly reject: (error: unknown) => void;
}

export function openWriter({ database, clock, log, effects, onCommitted, onDue, limits }: WriterDeps): Writer {
  const { queuedCommands, queuedBytes, batchCommands, batchesInFlight } = { ...LIMITS, ...limits };
  const lanes = new Map<string, Pending[]>();
  const busy = new Set<string>();
  const slow = new Set<ReadonlySet<string>>();
  let waiting = { commands: 0, bytes: 0 };
  let inFlight = 0;
  let scheduled = false;
  let closed = false;
  let closing: Promise<void> | undefined;
  let onIdle: (() => void) | undefined;

  function post(command: Command): Promise<Posted> {
    if (closed) return Promise.reject(new UnavailableError('Brim is stopping. Nothing was done: try again in a moment.'));
    if (command.idempotency && command.effects?.length)
      return Promise.reject(new Error('a command has a key or effects, not both'));
    const bytes = sizeOf(command);
    if (waiting.commands >= queuedCommands || waiting.bytes + bytes > queuedBytes) return Promise.reject(new OverloadedError());
    return new Promise((resolve, reject) => {
      const pending = { command, bytes, resolve, reject };
      const lane = lanes.get(command.customerId);
      if (lane) lane.push(pending);
      else lanes.set(command.customerId, [pending]);
      waiting = { commands: waiting.commands + 1, bytes: waiting.bytes + bytes };
      schedule();
    });
  }

  /**
   * Runs at the end of this turn of the event loop, so that all commands of the turn share a batch.
   */
  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      while (inFlight < batchesInFlight && slow.size <= SLOW_BATCHES) {
        const batch = takeBatch();
        if (batch.length === 0) break;
        void run(batch);
      }
    });
  }

  function takeBatch(): Pending[] {
    const batch: Pending[] = [];
    for (const [customerId, lane] of lanes) {
      if (batch.length >= batchCommands) break;
      if (busy.has(customerId)) continue;
      const taken = lane.splice(0, batchCommands - batch.length);
      if (lane.length === 0) lanes.delete(customerId);
      for (const pending of taken) {
        batch.push(pending);
        waiting = { commands: waiting.commands - 1, bytes: waiting.bytes - pending.bytes };
      }
    }
    return batch;
  }

  async function run(batch: Pending[]): Promise<void> {
    const customers = new Set(batch.map((pending) => pending.command.customerId));
    for (const customerId of customers) busy.add(customerId);
    inFlight += 1;
    const giveWay = setTimeout(() => {
      inFlight -= 1;
      slow.add(customers);
      schedule();
    }, SLOW_AFTER_MS);
    await commit(batch, 'wait');
    clearTimeout(giveWay);
    if (!slow.delete(customers)) inFlight -= 1;
    for (const customerId of customers) busy.delete(customerId);
    if (lanes.size > 0) schedule();
    else if (isIdle()) onIdle?.();
  }

  /** Never rejects. Answers every caller of the batch. */
  async function commit(batch: readonly Pending[], lock: 'wait' | 'skip'): Promise<void> {
    if (batch.length === 0) return;
    const commands = batch.map((pending) => pending.command);
    let committing = false;
    let result: BatchResult;
    try {
      result = await database.transaction(async (transaction) => {
        const done = await runBatch(transaction, commands, { effects, clock, lock });
        committing = true;
        return done;
      });
    } catch (error) {
      await recover(batch, lock, error, committing);
      return;
    }
    if (result.entries.length > 0) handOn(result.entries);
    if (result.nextDueAt) onDue?.(result.nextDueAt);
    batch.forEach((pending, index) => {
      const outcome = result.outcomes[index];
      if (outcome && 'posted' in outcome) pending.resolve(outcome.posted);
      else pending.reject(outcome?.refusal);
    });
  }

  /** Committed commands are answered even if the listener fails. */
  function handOn(entries: readonly LedgerEntry[]): void {
    try {
      onCommitted(entries);
    } catch (error) {
      log.error({ err: error, entries: entries.length }, 'ledger: what was committed could not be handed on');
    }
  }

  /**
   * Handles a failed batch. Nothing of it was done, unless the connection was lost while
   * committing.
   */
  async function recover(batch: readonly Pending[], lock: 'wait' | 'skip', error: unknown, committing: boolean): Promise<void> {
    const rejectAll = (reason: unknown) => {
      for (const pending of batch) pending.reject(reason);
    };
    if (error instanceof RefusedAfterEffect) {
      batch[error.index]?.reject(error.refusal);
      return commit(batch.toSpliced(error.index, 1), lock);
    }
    if (error instanceof OutcomeUnknownError || (committing && failedCommit(error) instanceof OutcomeUnknownError)) {
      log.error({ err: error, commands: batch.length }, 'ledger: the outcome of a commit is unknown');
      return rejectAll(failedCommit(error));
    }
    if (isLockTimeout(error)) {
      log.warn({ commands: batch.length }, 'ledger: an account stayed locked');
      if (lock === 'skip') return rejectAll(new UnavailableError(BUSY, { cause: error }));
      await commit(batch.filter(locksAccountsOnly), 'skip');
      return commit(
        batch.filter((pending) => !locksAccountsOnly(pending)),
        'skip',
      );
    }
    if (failureOf(error)) {
      log.error({ err: error, commands: batch.length }, 'ledger: the database could not take a batch');
      return rejectAll(notDone(error));
    }
    if (batch.length === 1) {
      log.error({ err: error }, 'ledger: a command failed');
      return rejectAll(error);
    }
    // One command fails the batch. Halving finds it, so that only its caller gets the error.
    const middle = Math.ceil(batch.length / 2);
    await commit(batch.slice(0, middle), lock);
    await commit(batch.slice(middle), lock);
  }

  const isIdle = () => lanes.size === 0 && busy.size === 0;

  function close(): Promise<void> {
    closed = true;
    closing ??= isIdle() ? Promise.resolve() : new Promise((resolve) => (onIdle = resolve));
    return closing;
  }

  const stuckCustomers = () => [...slow].reduce((count, customers) => count + customers.size, 0);

  return { post, stuckCustomers, close };
}

/**
 * False for a command that opens its account or has an effect: it may wait for rows beside the
 * account's.
 */
function locksAccountsOnly({ command }: Pending): boolean {
  return !command.opensAccount && !command.effects?.length;
}

/** The size of a command in the queue, in bytes: a base and its properties. */
function sizeOf(command: Command): number {
  return command.postings.reduce(
    (bytes, posting) => bytes + ('properties' in posting && posting.properties ? JSON.stringify(posting.properties).length : 0),
    1_024,
  );
}
