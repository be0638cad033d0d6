/**
 * Tells other processes, after the commit, how far the ledgers have come that this process wrote.
 *
 * Commits that notify take turns in PostgreSQL, through their flush of the disk. So the sessions of
 * the writer do not notify with their commits; what they commit is gathered here for a moment, and
 * one statement tells it. A notification that is lost, with this process or its connection, delays
 * subscribers elsewhere until their next look at the ledgers (tail.ts).
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Statements } from '../database/statements.ts';
import type { LedgerEntry } from '../ledger/model/types.ts';

export interface Notifier {
  onCommitted(entries: readonly LedgerEntry[]): void;
  /** Tells what is gathered, and resolves then. */
  close(): Promise<void>;
}

/** So long after a commit the others are told. */
const GATHER_MS = 5;
/** By the function that the trigger uses for all other writers. */
const NOTIFY = 'SELECT brim_notify_entries($1::text[], $2::int8[])';

export function openNotifier(statements: Pick<Statements, 'write'>): Notifier {
  const closing = new AbortController();
  let heads = new Map<string, bigint>();
  let telling: Promise<void> | undefined;

  async function tellAll(): Promise<void> {
    while (heads.size > 0) {
      if (!closing.signal.aborted) await wait(GATHER_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      const told = heads;
      heads = new Map();
      await statements.write(NOTIFY, [[...told.keys()], [...told.values()]]).catch(() => undefined);
    }
    telling = undefined;
  }

  return {
    onCommitted(entries) {
      for (const { customerId, sequence } of entries) heads.set(customerId, sequence);
      if (heads.size > 0) telling ??= tellAll();
    },
    async close() {
      closing.abort();
      await telling;
    },
  };
}
