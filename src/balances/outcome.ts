import type { Ledger } from '../ledger/ledger.ts';
import { balanceAfter } from '../ledger/model/account-state.ts';
import type { Posted } from '../ledger/model/posting.ts';
import type { Balance, LedgerEntry } from '../ledger/model/types.ts';

/**
 * The outcome of a command. The first entry is of the feature that was asked for; the others are of
 * the credits that pay, or follow from it.
 */
export interface Outcome {
  readonly entry: LedgerEntry;
  readonly entries: readonly LedgerEntry[];
  /** The balance that the first entry changed. */
  readonly balance: Balance;
  /**
   * All changed balances, each once, as the command left them. If `replayed`: as they are now, if
   * they can be read.
   */
  readonly balances: readonly Balance[];
  readonly replayed: boolean;
}

/** @throws Error if nothing was posted. */
export async function outcomeOf({ reads }: Pick<Ledger, 'reads'>, { entries, replayed }: Posted): Promise<Outcome> {
  const [entry] = entries;
  if (!entry) throw new Error('a command was posted without an entry');
  // A balance may have two entries: what comes back to an ended grant is ended by its own entry.
  const last = entries.length === 1 ? entries : [...new Map(entries.map((each) => [each.featureId, each])).values()];
  const left = last.map(balanceAfter);
  // The entries suffice for an answer if nothing can be read: the version of a balance says of
  // which moment it is.
  const balances = replayed ? await Promise.all(last.map(reads.balance)).catch(() => left) : left;
  const [balance = balanceAfter(entry)] = balances;
  return { entry, entries, balance, balances, replayed };
}
