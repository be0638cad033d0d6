import type { Ledger } from '../ledger/ledger.ts';
import { balanceAfter } from '../ledger/model/account-state.ts';
import type { Posted } from '../ledger/model/posting.ts';
import type { Balance, LedgerEntry } from '../ledger/model/types.ts';

/** What a command came to. The first entry is the one that was asked for; others are of the credits that pay, or follow from it. */
export interface Outcome {
  readonly entry: LedgerEntry;
  readonly entries: readonly LedgerEntry[];
  /** The balance that the first entry moved. */
  readonly balance: Balance;
  /** All balances that were moved, each once: as the command left them; `replayed`, as they stand now, if that can be read. */
  readonly balances: readonly Balance[];
  readonly replayed: boolean;
}

/** @throws Error where nothing was posted. */
export async function outcomeOf({ reads }: Pick<Ledger, 'reads'>, { entries, replayed }: Posted): Promise<Outcome> {
  const [entry] = entries;
  if (!entry) throw new Error('a command was posted without an entry');
  // One balance may have been moved twice: what comes back to a grant that has ended is let go by an entry of its own.
  const last = [...new Map(entries.map((each) => [each.featureId, each])).values()];
  const left = last.map(balanceAfter);
  // What was done is answered from its entries, whatever can be read now: a balance says by its version of which moment it is.
  const balances = replayed ? await Promise.all(last.map(reads.balance)).catch(() => left) : left;
  const [balance = balanceAfter(entry)] = balances;
  return { entry, entries, balance, balances, replayed };
}
