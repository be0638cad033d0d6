import type { Plan } from '../catalog/types.ts';
import type { Ids } from '../ids.ts';
import { addInterval } from '../interval.ts';
import type { NewGrant, Posting } from '../ledger/posting.ts';
import type { Quantity } from './types.ts';

/** The grants that a purchase makes when it settles: what is included and what is bought are two, each with its own fate. */
export function grantsOf(
  plan: Plan,
  purchase: { readonly id: string; readonly quantities: readonly Quantity[] },
  now: Date,
  ids: Ids,
): readonly Posting[] {
  return plan.items.flatMap((item): Posting[] => {
    const expiresAt = item.expiresAfter && addInterval(now, item.expiresAfter);
    const ofBoth = { featureId: item.featureId, purchaseId: purchase.id, expiresAt };
    const bought = item.price
      ? (purchase.quantities.find((each) => each.featureId === item.featureId && each.bought > 0n)?.bought ?? 0n)
      : 0n;
    const grants: Omit<NewGrant, 'id'>[] = [];
    if (item.unlimited || item.included > 0n) {
      grants.push({
        ...ofBoth,
        origin: 'INCLUDED',
        amount: item.included,
        unlimited: item.unlimited,
        reset: item.reset,
        rollover: item.rollover,
      });
    }
    if (bought > 0n) grants.push({ ...ofBoth, origin: 'BOUGHT', amount: bought, unlimited: false, reset: null, rollover: null });
    return grants.map((grant) => ({ verb: 'grant', grant: { ...grant, id: ids.next('grant') }, reason: null }));
  });
}
