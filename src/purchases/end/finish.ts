import { AmountOverflowError } from '../../ledger/model/errors.ts';
import type { Posting } from '../../ledger/model/posting.ts';
import type { SettlementDeps } from '../conclude/conclude.ts';
import { endOf } from '../grants/included.ts';
import { comeback, type GiftDeps, type Gifts } from '../grants/welcome.ts';
import type { Purchase } from '../model/types.ts';
import { endPurchase } from './end.ts';

/** What ends a purchase needs: its plan, the plans that may come back, and the ledger. */
export interface FinishDeps extends SettlementDeps, GiftDeps {
  readonly catalog: SettlementDeps['catalog'] & GiftDeps['catalog'];
}

export interface Finish {
  readonly reason: string;
  /** The instant at which it should have ended, where that is over; left out: now. */
  readonly at?: Date | undefined;
}

/**
 * Ends an ACTIVE purchase: CANCELED, what it includes voided, and what comes back granted, in one transaction.
 * @returns false where it is not ACTIVE any more.
 */
export async function finish(deps: FinishDeps, purchase: Purchase, how: Finish): Promise<boolean> {
  const gifts = await comeback(deps, purchase, how.at);
  try {
    return await post(deps, purchase, how, gifts);
  } catch (error) {
    if (!(error instanceof AmountOverflowError)) throw error;
    // A balance that is full to its last digit must not keep a purchase from ending.
    deps.log.error({ err: error, purchaseId: purchase.id }, 'purchases: ended, but the free plan could not come back');
    return post(deps, purchase, how, { effects: [], postings: [] });
  }
}

async function post(deps: FinishDeps, purchase: Purchase, { reason, at }: Finish, gifts: Gifts): Promise<boolean> {
  const { applied } = await deps.ledger.post({
    customerId: purchase.customerId,
    effects: [endPurchase(purchase.id), ...gifts.effects],
    postings: [...(await endOf(deps, purchase, reason)), ...gifts.postings.map((posting) => dated(posting, at))],
  });
  return applied;
}

/** A grant that should have been made at an instant, if there is one. */
function dated(posting: Posting, at: Date | undefined): Posting {
  return at && posting.verb === 'grant' ? { ...posting, grant: { ...posting.grant, since: at } } : posting;
}
