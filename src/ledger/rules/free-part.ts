import { type Decimal, smaller } from '../../values/decimal.ts';
import { allocate } from '../model/allocation.ts';
import type { Allocation, Grant, HoldPart, Portion } from '../model/types.ts';
import { repay } from './overdraft.ts';
import type { Freed } from './reclaim.ts';

/** A portion of a hold that ends: what of it is used, and what goes back to a finite grant. */
interface FreedPortion extends Portion, Freed {}

/** The first `used` of what a part holds is used, and the rest goes back. */
export function freedOf({ portions }: HoldPart, used: Decimal): readonly FreedPortion[] {
  let left = used;
  return portions.map((portion) => {
    const taken = smaller(left, portion.amount + portion.unlimitedUse);
    left -= taken;
    return { ...portion, back: portion.amount > 0n ? portion.amount - taken : 0n, used: taken };
  });
}

/** Frees what a part holds. `used` of it is used, and the rest goes back, to an overdraft first. */
export function freePart(grants: readonly Grant[], part: HoldPart, used: Decimal): readonly Allocation[] {
  const freed = freedOf(part, used);
  const repaid = repay(
    grants,
    freed.reduce((sum, { back }) => sum + back, 0n),
  );
  let owed = repaid.amount;
  const changes = freed.map(({ back, ...portion }) => {
    const toOverdraft = smaller(owed, back);
    owed -= toOverdraft;
    return { ...portion, back: back - toOverdraft };
  });
  return [
    ...repaid.allocations,
    ...changes.map(({ grantId, back, amount, used: taken }) =>
      allocate(grantId, { amount: back, held: -amount, unlimitedUse: amount > 0n ? 0n : taken }),
    ),
  ];
}
