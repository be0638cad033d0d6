import { type Decimal, smaller } from '../../values/decimal.ts';
import { allocate } from '../model/allocation.ts';
import type { Allocation, Grant, HoldPart } from '../model/types.ts';
import { repay } from './overdraft.ts';

/** Frees what a part holds. `used` of it is used, and the rest goes back, to an overdraft first. */
export function freePart(grants: readonly Grant[], { portions }: HoldPart, used: Decimal): readonly Allocation[] {
  let left = used;
  const freed = portions.map((portion) => {
    const taken = smaller(left, portion.amount + portion.unlimitedUse);
    left -= taken;
    return portion.amount > 0n ? { ...portion, back: portion.amount - taken, taken: 0n } : { ...portion, back: 0n, taken };
  });
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
    ...changes.map(({ grantId, back, amount, taken }) => allocate(grantId, { amount: back, held: -amount, unlimitedUse: taken })),
  ];
}
