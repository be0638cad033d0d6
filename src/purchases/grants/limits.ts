/** The usage limits that a plan sets while the customer has it. Pure. */
import type { Plan } from '../../catalog/types.ts';
import type { PostingOf } from '../../ledger/model/posting.ts';
import type { Purchase } from '../model/types.ts';

type Holding = Pick<Purchase, 'id'> & Partial<Pick<Purchase, 'onlyBought'>>;

/** One that only buys more of a plan sets none: the customer has the plan by another purchase. */
export function limitsOf(plan: Plan, { id: purchaseId, onlyBought }: Holding): readonly PostingOf<'setUsageLimit'>[] {
  if (onlyBought) return [];
  return plan.items.flatMap(({ featureId, usageLimit }) =>
    usageLimit ? [{ verb: 'setUsageLimit' as const, featureId, purchaseId, timeZone: null, ...usageLimit }] : [],
  );
}

/** Ends them. */
export function endOfLimits(plan: Plan, purchase: Holding): readonly PostingOf<'endUsageLimits'>[] {
  return limitsOf(plan, purchase).length > 0 ? [{ verb: 'endUsageLimits', purchaseId: purchase.id }] : [];
}
