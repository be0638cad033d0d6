import type { Database } from '../database.ts';
import { type LedgerReads, openReads } from './reads.ts';
import { openWriter, type Writer, type WriterDeps } from './writer.ts';

/**
 * The ledger: balances, the grants under them and the entries that explain them.
 *
 * Owns the tables account, ledger_entry, balance, grant and command. `post` is the only way a grant or an entry comes to be. Knows no
 * GraphQL, HTTP, payment or environment, and imports no sibling.
 */
export interface Ledger extends Writer {
  readonly reads: LedgerReads;
}

export interface LedgerDeps extends Omit<WriterDeps, 'database'> {
  /** For reads; and for writes, where there is no other. */
  readonly database: Database;
  readonly writer?: Database;
}

export function openLedger({ database, writer = database, ...deps }: LedgerDeps): Ledger {
  return { ...openWriter({ ...deps, database: writer }), reads: openReads(database) };
}
