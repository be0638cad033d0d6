import { emptyBalance } from '../ledger/model/account-state.ts';
import type { Balance, LedgerEntry } from '../ledger/model/types.ts';

/** What a subscriber asks for, and what it gets. */

export interface BalanceRequest {
  readonly customerId: string;
  /** null: all features. */
  readonly featureIds: readonly string[] | null;
  /** null: begin with a snapshot. */
  readonly after: bigint | null;
}

/** entry is null for a SNAPSHOT. `sequence` is a cursor: what to pass as `after` when reconnecting. */
export interface BalanceChange {
  readonly cause: 'SNAPSHOT' | 'LEDGER';
  readonly balance: Balance;
  readonly entry: LedgerEntry | null;
  readonly sequence: bigint;
}

/**
 * Ahead of every ledger, so that a reader that passes it gets a snapshot. A cursor stands for all that came before it: this is that of
 * every message of a snapshot but the last.
 */
const AHEAD_OF_ALL = BigInt(Number.MAX_SAFE_INTEGER);

/** A snapshot as messages. Only the last can be resumed from; resuming from another gives the snapshot again. */
export function snapshotMessages(balances: readonly Balance[], sequence: bigint): readonly BalanceChange[] {
  return balances.map((balance, index) => ({
    cause: 'SNAPSHOT',
    balance,
    entry: null,
    sequence: index === balances.length - 1 ? sequence : AHEAD_OF_ALL,
  }));
}

/** One for each feature that was asked for, zeros included; without a list, all there are. */
export function requestedBalances(
  customerId: string,
  balances: readonly Balance[],
  featureIds: readonly string[] | null,
): readonly Balance[] {
  if (!featureIds) return balances;
  return featureIds.map(
    (featureId) => balances.find((balance) => balance.featureId === featureId) ?? emptyBalance(customerId, featureId),
  );
}
