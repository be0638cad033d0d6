import type { Database } from '../database.ts';
import type { DueWork } from '../due.ts';
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

/** As many as one batch takes. */
const SETTLED_AT_ONCE = 1_000;

export function openLedger({ database, writer = database, ...deps }: LedgerDeps): Ledger {
  const writing = openWriter({ ...deps, database: writer });
  const settle = (customerId: string) => writing.post({ customerId, postings: [] });
  return {
    ...writing,
    reads: openReads({ database, clock: deps.clock, settle }),
    due: {
      name: 'ledger',
      nextAt: () => store.findNextDue(database.client),
      async run(now) {
        const outcomes = await Promise.allSettled((await store.findDue(database.client, now, SETTLED_AT_ONCE)).map(settle));
        const failed = outcomes.find((outcome) => outcome.status === 'rejected');
        const done = outcomes.filter((outcome) => outcome.status === 'fulfilled').length;
        // One that fails must not keep the others from their time; alone, it is worth a word.
        if (failed && done === 0) throw failed.reason;
        return done;
      },
    },
  };
}
