import { type Decimal, smaller } from '../../values/decimal.ts';
import type { Grant, HoldPart } from '../model/types.ts';
import { allocate } from './book.ts';
import { type Moved, repay } from './overdraft.ts';

/** Frees what a part holds: `used` of it stays used, and the rest goes back, to an overdraft first. */
export function freePart(grants: readonly Grant[], { portions }: HoldPart, used: Decimal): Moved {
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
  const byGrant = new Map(changes.map((change) => [change.grantId, change]));
  return {
    grants: repaid.grants.map((grant) => {
      const change = byGrant.get(grant.id);
      if (!change) return grant;
      const { back, amount, taken } = change;
      return {
        ...grant,
        remaining: grant.remaining + back,
        held: grant.held - amount,
        unlimitedUse: grant.unlimitedUse + taken,
      };
    }),
    allocations: [
      ...repaid.allocations,
      ...changes.map(({ grantId, back, amount, taken }) =>
        allocate(grantId, { amount: back, held: -amount, unlimitedUse: taken }),
      ),
    ],
  };
}
