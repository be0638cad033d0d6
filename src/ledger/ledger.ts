import { type Database, reading } from '../database/database.ts';
import { openBackOff } from '../platform/back-off.ts';
import type { DueWork } from '../platform/due-work.ts';
import { isTransient } from '../values/errors.ts';
import { type AllEntries, openAllEntries } from './all-entries.ts';
import type { Ahead } from './model/posting.ts';
import { type EntryOrder, openEntryOrder } from './order.ts';
import { type LedgerReads, openReads } from './reads.ts';
import { findDue, findNextDue } from './tables/due.ts';
import { openWriter, type Writer, type WriterDeps } from './writer.ts';

/**
 * The ledger: balances, the grants under them and the entries that explain them.
 *
 * Owns the tables account, ledger_entry, balance, grant, hold, usage_hour and command. Only `post`
 * makes grants and entries. The effects of time (resets, expiries, lapses) are posted too, before
 * the next read or write of the account is answered. Knows no GraphQL, HTTP, payment or
 * environment.
 */
export interface Ledger extends Writer {
  readonly reads: LedgerReads;
  readonly order: EntryOrder;
  readonly allEntries: AllEntries;
  /** The accounts that are overdue, for the scheduler. */
  readonly due: DueWork;
}

export interface LedgerDeps extends Omit<WriterDeps, 'database'> {
  /** For reads, and for writes if `writer` is left out. */
  readonly database: Database;
  readonly writer?: Database;
  /** Tests move the clock. */
  readonly isTimeMoved?: boolean;
}

/**
 * Keeps a batch of overdue accounts short, so that callers do not wait for all resets of a
 * midnight.
 */
const ACCOUNTS_AT_ONCE = 200;
/** Keeps a batch that runs ahead short: a few accounts may have many instants. */
const INSTANTS_AT_ONCE = 2_000;

export function openLedger({ database, writer = database, isTimeMoved = false, ...deps }: LedgerDeps): Ledger {
  const writing = openWriter({ ...deps, database: writer });
  const catchUp = (customerId: string, ahead?: Ahead) => writing.post({ customerId, postings: [], ...(ahead ? { ahead } : {}) });
  const backOff = openBackOff();

  /**
   * Lets some of the accounts that are due by `until` catch up, now or ahead of the clock. Returns
   * how many did.
   */
  async function catchUpDue(until: Date, isAhead: boolean): Promise<number> {
    const due = await findDue(database.statements, until, ACCOUNTS_AT_ONCE, backOff.ids());
    const ahead = isAhead ? { until, maxInstants: Math.ceil(INSTANTS_AT_ONCE / due.length) } : undefined;
    const outcomes = await Promise.allSettled(due.map((customerId) => catchUp(customerId, ahead)));
    outcomes.forEach((outcome, index) => {
      if (outcome.status === 'fulfilled') return;
      const customerId = due[index] ?? '';
      // Backs off from an account that fails, so it never blocks the others.
      if (!isTransient(outcome.reason)) backOff.add(customerId);
      deps.log.error({ err: outcome.reason, customerId }, 'ledger: an account could not catch up; trying again later');
    });
    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  }

  return {
    ...writing,
    reads: openReads({ database, clock: deps.clock, catchUp }),
    order: openEntryOrder(database.statements),
    allEntries: openAllEntries(database.reports.of('ledgerOfAll'), isTimeMoved),
    due: {
      name: 'ledger',
      nextAt: () => reading(() => findNextDue(database.statements, backOff.ids())),
      run: (now) => reading(() => catchUpDue(now, false)),
      // An account catches up independently of all others.
      runAhead: (until) => reading(() => catchUpDue(until, true)),
    },
  };
}
