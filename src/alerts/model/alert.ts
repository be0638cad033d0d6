/** Alerts on balances, and when an entry triggers one. Pure. */
import { balanceAfter, poolOf } from '../../ledger/model/account-state.ts';
import type { Moves } from '../../ledger/model/recorder.ts';
import type { Balance, LedgerEntry } from '../../ledger/model/types.ts';
import type { Decimal } from '../../values/decimal.ts';

/** What a balance must fall below. One of the two is null. */
export interface AlertLimit {
  readonly below: Decimal | null;
  /** Of what was granted. */
  readonly belowPercentage: number | null;
}

export interface BalanceAlert extends AlertLimit {
  readonly id: string;
  /** null: for every customer. */
  readonly customerId: string | null;
  readonly featureId: string;
}

type Measured = Pick<Balance, 'remaining' | 'granted' | 'unlimited'>;

/** An unlimited balance is below nothing. */
export function isBelow({ below, belowPercentage }: AlertLimit, { remaining, granted, unlimited }: Measured): boolean {
  if (unlimited) return false;
  if (below !== null) return remaining < below;
  return remaining * 100n < granted * BigInt(belowPercentage ?? 0);
}

/** An entry that made its balance fall below a limit. */
export interface Crossing {
  readonly entry: LedgerEntry;
  readonly limit: AlertLimit;
}

/**
 * The limits that the entries of a batch cross, downwards only. So each fall triggers once, and the
 * next one after the balance was not below in between.
 * @param limitsOf The limits that anybody has set for a feature.
 */
export function crossingsOf(
  { entries, before }: Pick<Moves, 'entries' | 'before'>,
  limitsOf: (featureId: string) => readonly AlertLimit[],
): readonly Crossing[] {
  const crossings: Crossing[] = [];
  /** What the entries of the batch have left so far. */
  const left = new Map<string, Balance>();
  for (const entry of entries) {
    const limits = limitsOf(entry.featureId);
    if (limits.length === 0) continue;
    const name = `${entry.customerId}\n${entry.featureId}`;
    const state = before.get(entry.customerId);
    const old = left.get(name) ?? (state && poolOf(state, entry.featureId).balance);
    left.set(name, balanceAfter(entry));
    if (!old) continue;
    for (const limit of limits) if (!isBelow(limit, old) && isBelow(limit, entry.after)) crossings.push({ entry, limit });
  }
  return crossings;
}
