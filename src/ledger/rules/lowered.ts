import type { Decimal } from '../../values/decimal.ts';
import { allocate } from '../model/allocation.ts';
import type { Allocation, Grant, Portion } from '../model/types.ts';
import { type Picked, pick } from './pick.ts';

/** Splits what an ADJUSTMENT takes over the finite grants. */
export function pickFinite(grants: readonly Grant[], amount: Decimal): Picked {
  return pick(
    grants.filter((grant) => !grant.unlimited),
    amount,
  );
}

/** What an ADJUSTMENT takes off grants: it was never granted, so usage stays as it is. */
export function loweredBy(portions: readonly Portion[]): readonly Allocation[] {
  return portions.map(({ grantId, amount }) => allocate(grantId, { amount: -amount, granted: -amount }));
}
