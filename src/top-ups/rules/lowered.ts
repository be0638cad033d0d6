import type { LedgerEntry } from '../../ledger/model/types.ts';

/**
 * The last entry of each balance that entries of a batch have lowered. Where the last one raises it
 * again, what it leaves is what counts. Pure.
 */
export function loweredOf(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const lowering = entries.filter(({ amount }) => amount < 0n);
  if (lowering.length === 0) return [];
  // Neither id contains a space.
  const nameOf = ({ customerId, featureId }: LedgerEntry) => `${customerId} ${featureId}`;
  const lowered = new Set(lowering.map(nameOf));
  const last = new Map(entries.map((entry) => [nameOf(entry), entry]));
  return [...last.values()].filter((entry) => lowered.has(nameOf(entry)) && !entry.after.unlimited);
}
