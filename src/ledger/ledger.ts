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

export function openLedger(deps: Omit<WriterDeps, 'database'> & { readonly database: Database }): Ledger {
  return { ...openWriter(deps), reads: openReads(deps.database) };
}
