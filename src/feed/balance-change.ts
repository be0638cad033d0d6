import { emptyBalance } from '../ledger/model/account-state.ts';
import type { Balance, LedgerEntry } from '../ledger/model/types.ts';

/** What a subscriber requests and receives. */

export interface BalanceRequest {
  readonly customerId: string;
  /** null: all features. */
  readonly featureIds: readonly string[] | null;
  /** null: begin with a snapshot. */
  readonly after: bigint | null;
}

/**
 * `entry` is null for a SNAPSHOT. `sequence` is the cursor to pass as `after` when reconnecting.
 */
export interface BalanceChange {
  readonly cause: 'SNAPSHOT' | 'LEDGER';
  readonly balance: Balance;
  readonly entry: LedgerEntry | null;
  readonly sequence: bigint;
}

/**
 * The cursor of every message of a snapshot except the last. It is ahead of every ledger, so a
 * reader that resumes from it gets a new snapshot: it has not received all of the first.
 */
const AHEAD_OF_ALL = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * The messages of a snapshot. Only the last can be resumed from; resuming from another sends the
 * snapshot again.
 */
export function snapshotMessages(balances: readonly Balance[], sequence: bigint): readonly BalanceChange[] {
  return balances.map((balance, index) => ({
    cause: 'SNAPSHOT',
    balance,
    entry: null,
    sequence: index === balances.length - 1 ? sequence : AHEAD_OF_ALL,
  }));
}

/** One balance for each requested feature, zeros included. Without a list: all balances. */
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
