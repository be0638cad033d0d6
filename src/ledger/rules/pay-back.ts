import { type Decimal, larger, smaller } from '../../values/decimal.ts';
import { isLive } from '../model/account-state.ts';
import { allocate } from '../model/allocation.ts';
import type { Allocation, Grant } from '../model/types.ts';
import { excessOf } from './excess.ts';
import { repay } from './overdraft.ts';

/** How much a grant can take back: nothing after its end, and an overdraft only up to zero. */
export function roomOf(grant: Grant): Decimal {
  if (!isLive(grant) || grant.unlimited) return 0n;
  return larger((grant.origin === 'OVERDRAFT' ? 0n : grant.granted - grant.held) - grant.remaining, 0n);
}

/**
 * The grants that pay for what a returned payment or an overdraft owes, once it is paid: the newest
 * paid last.
 */
export function payersOf(grants: readonly Grant[]): readonly Grant[] {
  return grants
    .filter((grant) => grant.origin !== 'OVERDRAFT' && !grant.unlimited)
    .sort((a, b) => Number(b.sequence - a.sequence));
}

/** What was owed for a returned payment goes back to who owes or paid it. */
export interface PaidBack {
  readonly allocations: readonly Allocation[];
  /** What none of them has room for: it would have ended, or has been filled again. */
  readonly missing: Decimal;
}

/** The overdraft comes first, and then the grants that can have paid, all but one. */
export function payBack(grants: readonly Grant[], amount: Decimal, exceptId?: string): PaidBack {
  const repaid = repay(grants, amount);
  let missing = larger(amount, 0n) - repaid.amount;
  const filled = payersOf(grants).flatMap((grant) => {
    const part = grant.id === exceptId ? 0n : smaller(missing, larger(roomOf(grant) - excessOf(grant), 0n));
    missing -= part;
    return part > 0n ? [allocate(grant.id, { amount: part })] : [];
  });
  return { allocations: [...repaid.allocations, ...filled], missing };
}
