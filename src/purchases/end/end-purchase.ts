/** Ends an ACTIVE purchase now, in one transaction with all that follows from it. */
import { AmountOverflowError } from '../../ledger/model/errors.ts';
import type { Posting } from '../../ledger/model/posting.ts';
import { type AutoEnabled, type AutoEnabledDeps, plansAfterEnd } from '../grants/auto-enabled-plans.ts';
import { endIncluded } from '../grants/included.ts';
import type { Purchase } from '../model/types.ts';
import type { ReconciliationDeps } from '../reconcile/apply-checkout.ts';
import { endPurchaseCall } from './end-effect.ts';

/** What ending needs: the plan of the purchase, the plans that may come back, and the ledger. */
export interface EndPurchaseDeps extends ReconciliationDeps, AutoEnabledDeps {
  readonly catalog: ReconciliationDeps['catalog'] & AutoEnabledDeps['catalog'];
}

export interface EndOptions {
  readonly reason: string;
  /** The instant at which it should have ended, where that has passed; left out: now. */
  readonly at?: Date | undefined;
}

/**
 * Ends an ACTIVE purchase: makes it CANCELED, voids what it includes, and grants the plan that
 * comes back.
 * @returns false where it is not ACTIVE any more.
 */
export async function endPurchase(deps: EndPurchaseDeps, purchase: Purchase, how: EndOptions): Promise<boolean> {
  const returning = await plansAfterEnd(deps, purchase, how.at);
  try {
    return await post(deps, purchase, how, returning);
  } catch (error) {
    if (!(error instanceof AmountOverflowError)) throw error;
    // A balance that is full to its last digit must not keep a purchase from ending.
    deps.log.error({ err: error, purchaseId: purchase.id }, 'purchases: ended, but the free plan could not come back');
    return post(deps, purchase, how, { effects: [], postings: [] });
  }
}

async function post(
  deps: EndPurchaseDeps,
  purchase: Purchase,
  { reason, at }: EndOptions,
  returning: AutoEnabled,
): Promise<boolean> {
  const { applied } = await deps.ledger.post({
    customerId: purchase.customerId,
    effects: [endPurchaseCall(purchase.id), ...returning.effects],
    postings: [...(await endIncluded(deps, purchase, reason)), ...returning.postings.map((posting) => dated(posting, at))],
  });
  return applied;
}

/** Dates a grant from the instant at which it should have been made, if there is one. */
function dated(posting: Posting, at: Date | undefined): Posting {
  return at && posting.verb === 'grant' ? { ...posting, grant: { ...posting.grant, since: at } } : posting;
}
