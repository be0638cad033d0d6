import { type Decimal, larger, smaller } from '../../values/decimal.ts';
import { isLive } from '../model/account-state.ts';
import type { Grant } from '../model/types.ts';

/**
 * What of a grant is in use although its payment was returned.
 *
 * A return takes what is left of a grant at once, and from `granted` with it. What is used or held
 * by then cannot be taken from the grant. It is owed, so that other grants or the overdraft paid it
 * (`owed`), or it is forgiven. Either way `lowered` goes below zero by what stays in `granted`: it
 * goes as soon as it is free, and at the latest with the next reset.
 */

/** What stays in `granted` only for as long as it is used or held. */
export function excessOf(grant: Grant): Decimal {
  const inUse = isLive(grant) ? grant.granted - grant.remaining : grant.held;
  return smaller(larger(-grant.lowered, 0n), larger(inUse, 0n));
}

/**
 * What is held of it and owed by others already. The rest of the excess is forgiven. What was used
 * and is owed is no excess: the grants that owe it count it as used.
 */
export function owedOfHeld(grant: Grant): Decimal {
  return smaller(excessOf(grant), grant.owed);
}

/** What was used or is held of it, and was not taken back. */
export function inUseOf(grant: Grant): Decimal {
  return larger(grant.granted - grant.remaining - grant.lapsed - excessOf(grant), 0n);
}
