import { facts } from '../platform/facts.ts';
import { type Place, spans } from '../platform/spans.ts';
import { OverloadedError, UnavailableError } from '../values/errors.ts';
import { type CommitDeps, openCommit, type Waiting } from './commit.ts';
import { openMemory } from './memory.ts';
import type { Command, Posted } from './model/posting.ts';
import { needsTransaction } from './optimistic.ts';

/**
 * The one write path. Commands wait in a lane per customer. A batch takes the waiting commands,
 * except those of customers that another batch of this process works on, and is committed as
 * commit.ts says. With one caller a batch is one command, and nothing waits for a timer. A caller
 * is answered after the commit, never before.
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
  /** The number of commands that wait for a batch. */
  queuedCommands(): number;
  /** Refuses new commands, and resolves when all waiting ones are answered. */
  close(): Promise<void>;
}

export interface WriterDeps extends Omit<CommitDeps, 'memory' | 'isOptimistic'> {
  readonly limits?: Partial<WriterLimits>;
}

/** A command in its lane. */
interface Pending extends Waiting {
  readonly bytes: number;
  /** Where its caller waits, while spans are recorded. */
  readonly caller: Place | undefined;
}

export interface WriterLimits {
  /** Above either limit, new commands are refused at once. */
  readonly queuedCommands: number;
  readonly queuedBytes: number;
  /** Larger batches are no faster and hold their locks longer. */
  readonly batchCommands: number;
  /**
   * Of the accounts that need no transaction. Many small batches keep this process and the database
   * busy at the same time.
   */
  readonly batchAccounts: number;
  /**
   * Of all accounts. One on a database that spreads customers over servers: no transaction has two
   * customers then.
   */
  readonly batchCustomers: number;
  /** The next batch is applied while one waits for the disk. */
  readonly batchesInFlight: number;
  /** False: every batch locks its accounts first. */
  readonly isOptimistic: boolean;
  /** How much is remembered of accounts. */
  readonly memoryBytes: number;
}

const batches = facts('batch');

const MIB = 1024 * 1024;
const LIMITS: WriterLimits = {
  queuedCommands: 20_000,
  queuedBytes: 64 * MIB,
  batchCommands: 1_000,
  batchAccounts: 96,
  batchCustomers: Number.POSITIVE_INFINITY,
  batchesInFlight: 3,
  isOptimistic: true,
  memoryBytes: 64 * MIB,
};

/**
 * A batch that takes longer no longer counts as in flight, so the next one can begin: its row or
 * connection blocks only itself.
 */
const SLOW_AFTER_MS = 2_000;
/** So many slow batches may run beside those in flight. Each has a connection. */
export const SLOW_BATCHES = 4;

export function openWriter({ limits, ...deps }: WriterDeps): Writer {
  const { queuedCommands, queuedBytes, batchCommands, batchCustomers, batchesInFlight, ...rest } = { ...LIMITS, ...limits };
  const batchAccounts = rest.isOptimistic ? rest.batchAccounts : Number.POSITIVE_INFINITY;
  const commit = openCommit({ ...deps, isOptimistic: rest.isOptimistic, memory: openMemory(rest.memoryBytes) });
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
      const pending = { command, bytes, resolve, reject, caller: spans()?.present() };
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
    let customers = 0;
    let accounts = 0;
    for (const [customerId, lane] of lanes) {
      if (batch.length >= batchCommands || accounts >= batchAccounts || customers >= batchCustomers) break;
      if (busy.has(customerId)) continue;
      customers += 1;
      if (lane[0] && !needsTransaction(lane[0].command)) accounts += 1;
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
    const startedMs = performance.now();
    const commands = batch.length;
    const span = spans()?.open('batch', { commands, callers: batch.map(({ caller }) => caller) });
    const work = () =>
      commit(batch, (customerIds) => {
        for (const customerId of customerIds) {
          busy.delete(customerId);
          customers.delete(customerId);
        }
        if (lanes.size > 0) schedule();
      });
    await (span?.run(work) ?? work());
    span?.end({});
    clearTimeout(giveWay);
    if (batches.isHeard) batches.publish({ commands, ms: performance.now() - startedMs });
    if (!slow.delete(customers)) inFlight -= 1;
    for (const customerId of customers) busy.delete(customerId);
    if (lanes.size > 0) schedule();
    else if (isIdle()) onIdle?.();
  }

  const isIdle = () => lanes.size === 0 && busy.size === 0;

  function close(): Promise<void> {
    closed = true;
    closing ??= isIdle() ? Promise.resolve() : new Promise((resolve) => (onIdle = resolve));
    return closing;
  }

  const stuckCustomers = () => [...slow].reduce((count, customers) => count + customers.size, 0);

  return { post, stuckCustomers, queuedCommands: () => waiting.commands, close };
}

/** The size of an hour of past use in the queue, in bytes. */
const PAST_HOUR_BYTES = 128;

/** The size of a command in the queue, in bytes: a base, its properties and its past use. */
function sizeOf(command: Command): number {
  return command.postings.reduce(
    (bytes, posting) => bytes + ('properties' in posting && posting.properties ? JSON.stringify(posting.properties).length : 0),
    1_024 + PAST_HOUR_BYTES * (command.pastUse?.length ?? 0),
  );
}
