import type { Decimal } from '../../values/decimal.ts';
import type { Allocation, LedgerEntry } from './types.ts';

/** The numbers of an allocation that change a grant and its balance. */
export type Change = Omit<Allocation, 'grantId' | 'lost'>;

/** An allocation to a grant. A number that is left out does not change. */
export function allocate(
  grantId: string,
  { amount = 0n, held = 0n, granted = 0n, unlimitedUse = 0n, lost = 0n }: Partial<Omit<Allocation, 'grantId'>>,
): Allocation {
  return { grantId, amount, held, granted, unlimitedUse, lost };
}

/** What some allocations change together. */
export function sumOf(allocations: readonly Allocation[]): Change {
  let amount = 0n;
  let held = 0n;
  let granted = 0n;
  let unlimitedUse = 0n;
  for (const each of allocations) {
    amount += each.amount;
    held += each.held;
    granted += each.granted;
    unlimitedUse += each.unlimitedUse;
  }
  return { amount, held, granted, unlimitedUse };
}

/** One allocation for each grant, in the order in which they first name it. */
export function byGrant(allocations: readonly Allocation[]): ReadonlyMap<string, Allocation> {
  const found = new Map<string, Allocation>();
  for (const each of allocations) {
    const earlier = found.get(each.grantId);
    found.set(each.grantId, earlier ? { ...each, ...sumOf([earlier, each]), lost: earlier.lost + each.lost } : each);
  }
  return found;
}

/**
 * What an entry took into use of its own balance, of finite and unlimited grants together. Below
 * zero where it gave back.
 */
export function useOf(entry: Pick<LedgerEntry, 'allocations'>): Decimal {
  return entry.allocations.reduce((sum, allocation) => sum + useIn(allocation), 0n);
}

/** What an allocation took into use: usage = granted − remaining − held + unlimited use. */
export function useIn({ amount, held, granted, unlimitedUse }: Change): Decimal {
  return granted - amount - held + unlimitedUse;
}
