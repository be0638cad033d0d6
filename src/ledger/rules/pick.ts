import { type Decimal, larger, smaller } from '../../values/decimal.ts';
import { isLive } from '../model/account-state.ts';
import type { Grant, Portion } from '../model/types.ts';

/**
 * What of an amount falls on which grant, in burn-down order. To use and to hold are the same choice; they differ in what then
 * becomes of the portion.
 */
export interface Picked {
  readonly portions: readonly Portion[];
  /** What no grant has. */
  readonly missing: Decimal;
}

/** An unlimited grant takes all there is to take. */
export function pick(grants: readonly Grant[], amount: Decimal): Picked {
  const portions: Portion[] = [];
  let missing = amount;
  for (const grant of grants) {
    if (missing === 0n) break;
    if (!isLive(grant)) continue;
    if (grant.unlimited) {
      portions.push({ grantId: grant.id, amount: 0n, unlimitedUse: missing });
      return { portions, missing: 0n };
    }
    const part = smaller(larger(grant.remaining, 0n), missing);
    if (part === 0n) continue;
    missing -= part;
    portions.push({ grantId: grant.id, amount: part, unlimitedUse: 0n });
  }
  return { portions, missing };
}

/** The grants with each portion done to its own. */
export function onPortions(
  grants: readonly Grant[],
  portions: readonly Portion[],
  change: (grant: Grant, portion: Portion) => Grant,
): readonly Grant[] {
  if (portions.length === 0) return grants;
  const byGrant = new Map(portions.map((portion) => [portion.grantId, portion]));
  return grants.map((grant) => {
    const portion = byGrant.get(grant.id);
    return portion ? change(grant, portion) : grant;
  });
}
