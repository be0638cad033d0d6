import { emptyBalance } from '../ledger/state.ts';
import type { Balance, LedgerEntry } from '../ledger/types.ts';

/** What a subscriber asks for, and what it gets. */

export interface BalanceWish {
  readonly customerId: string;
  /** null: all features. */
  readonly featureIds: readonly string[] | null;
  /** null: begin with a snapshot. */
  readonly after: bigint | null;
}

/** entry is null for a SNAPSHOT. `sequence` is what to pass as `after` when reconnecting. */
export interface BalanceChange {
  readonly cause: 'SNAPSHOT' | 'LEDGER';
  readonly balance: Balance;
  readonly entry: LedgerEntry | null;
  readonly sequence: bigint;
}

/** One for each feature that was asked for, zeros included; without a wish, all there are. */
export function balancesWanted(
  customerId: string,
  balances: readonly Balance[],
  featureIds: readonly string[] | null,
): readonly Balance[] {
  if (!featureIds) return balances;
  return featureIds.map(
    (featureId) => balances.find((balance) => balance.featureId === featureId) ?? emptyBalance(customerId, featureId),
  );
}
