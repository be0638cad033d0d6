import { type Decimal, larger, smaller } from '../../values/decimal.ts';
import { isLive } from '../model/account-state.ts';
import type { Grant, Portion } from '../model/types.ts';

/** How an amount is split over grants, in burn-down order. Uses and holds are split alike. */
export interface Picked {
  readonly portions: readonly Portion[];
  /** What no grant covers. */
  readonly missing: Decimal;
}

/** Splits an amount over live grants. An unlimited grant covers all of the rest. */
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
