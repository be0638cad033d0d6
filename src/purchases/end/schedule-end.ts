/**
 * Sets the end of a purchase to the end of its period. Subscribers hear of it at once;
 * period-ends.ts does the rest.
 */
import type { Effect } from '../../ledger/effect.ts';
import { refuseInput } from '../../values/errors.ts';
import { includedFeatures } from '../grants/included.ts';
import type { Purchase } from '../model/types.ts';
import * as store from '../tables/ends.ts';
import type { EndPurchaseDeps } from './end-purchase.ts';

const SCHEDULE = 'purchases.schedule_end';

interface ScheduledEnd {
  readonly id: string;
  readonly at: Date;
}

/**
 * Sets the end of ACTIVE purchases that have none, in the transaction that limits what they
 * include; "done" where it cannot be set.
 */
export const scheduleEndsEffect: Effect<ScheduledEnd> = {
  name: SCHEDULE,
  async apply(transaction, ends, now) {
    const scheduled = new Set(
      await store.scheduleEnds(
        transaction,
        ends.filter(({ at }) => at > now),
        now,
      ),
    );
    return ends.map(({ id }) => (scheduled.delete(id) ? 'go' : 'done'));
  },
};

/**
 * Of several periods the one that ends last, so that an allowance of a month does not end with a
 * day.
 */
function latest(instants: readonly (Date | null)[]): Date | null {
  return instants.reduce((last, instant) => (instant && (!last || instant > last) ? instant : last), null);
}

/**
 * Lets a purchase, and what it includes, end with its period.
 * @returns false where the purchase or its period has ended already.
 * @throws InvalidInputError where it has no period.
 */
export async function scheduleEnd(deps: EndPurchaseDeps, purchase: Purchase): Promise<boolean> {
  const { id, customerId } = purchase;
  const grants = await deps.ledger.reads.grantsOfPurchase({ customerId, purchaseId: id });
  const until = latest(grants.map(({ nextResetAt }) => nextResetAt));
  if (!until) return refuseInput(['when'], 'must be NOW: nothing that this purchase includes resets, so it has no period');
  const features = await includedFeatures(deps, purchase);
  const { applied } = await deps.ledger.post({
    customerId,
    effects: [{ name: SCHEDULE, input: { id, at: until } satisfies ScheduledEnd }],
    postings: features.map((featureId) => ({ verb: 'limit', featureId, purchaseId: id, until, reason: 'ends with its period' })),
  });
  return applied;
}
