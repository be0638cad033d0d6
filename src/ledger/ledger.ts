import { type Database, reading } from '../database.ts';
import type { DueWork } from '../due.ts';
import { isPassing } from '../errors.ts';
import { openResting } from '../resting.ts';
import * as store from './reads/store.ts';
import { type LedgerReads, openReads } from './reads.ts';
import { openWriter, type Writer, type WriterDeps } from './writer.ts';

/**
 * The ledger: balances, the grants under them and the entries that explain them.
 *
 * Owns the tables account, ledger_entry, balance, grant, hold, usage_hour and command. `post` is the only way a grant or an entry comes
 * to be; what time does (resets, expiries, lapses) is posted, too, before whoever asks next is answered. Knows no GraphQL,
 * HTTP, payment or environment, and imports no sibling.
 */
export interface Ledger extends Writer {
  readonly reads: LedgerReads;
  /** The accounts for which time has something to do. */
  readonly due: DueWork;
}

export interface LedgerDeps extends Omit<WriterDeps, 'database'> {
  /** For reads; and for writes, where there is no other. */
  readonly database: Database;
  readonly writer?: Database;
}

/** A batch of these is short, so that what callers ask meanwhile does not wait for a midnight's resets. */
const SETTLED_AT_ONCE = 200;

export function openLedger({ database, writer = database, ...deps }: LedgerDeps): Ledger {
  const writing = openWriter({ ...deps, database: writer });
  const settle = (customerId: string) => writing.post({ customerId, postings: [] });
  const resting = openResting();

  async function settleDue(now: Date): Promise<number> {
    const due = await store.findDue(database.client, now, SETTLED_AT_ONCE, resting.ids());
    const outcomes = await Promise.allSettled(due.map(settle));
    outcomes.forEach((outcome, index) => {
      if (outcome.status === 'fulfilled') return;
      const customerId = due[index] ?? '';
      // One that fails must not keep the others from their time.
      if (!isPassing(outcome.reason)) resting.add(customerId);
      deps.log.error({ err: outcome.reason, customerId }, 'ledger: what is due could not be settled; trying again later');
    });
    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  }

  return {
    ...writing,
    reads: openReads({ database, clock: deps.clock, settle }),
    due: {
      name: 'ledger',
      nextAt: () => reading(() => store.findNextDue(database.client, resting.ids())),
      run: (now) => reading(() => settleDue(now)),
    },
  };
}
