/** Makes a purchase PAST_DUE, with the grace that its plan gives. */
import { writing } from '../../database/database.ts';
import type { Effect } from '../../ledger/effect.ts';
import { addInterval } from '../../values/interval.ts';
import type { EndPurchaseDeps } from '../end/end-purchase.ts';
import { includedFeatures } from '../grants/included.ts';
import { planOf } from '../grants/plan-of.ts';
import type { Purchase } from '../model/types.ts';
import { markPastDue } from '../tables/renewals.ts';

const PAST_DUE = 'purchases.past_due';

interface PastDue {
  readonly id: string;
  readonly since: Date;
  readonly graceEndsAt: Date;
}

/** Makes ACTIVE purchases PAST_DUE; "done" where one is not ACTIVE any more. */
export const pastDueEffect: Effect<PastDue> = {
  name: PAST_DUE,
  async apply(transaction, all) {
    const verdicts: ('go' | 'done')[] = [];
    for (const { id, since, graceEndsAt } of all)
      verdicts.push((await markPastDue(transaction, id, since, graceEndsAt)) ? 'go' : 'done');
    return verdicts;
  },
};

/**
 * Nothing new is given from now on. Without a grace period the customer keeps what it has until the
 * provider gives up. With one, what the purchase gives expires when the grace ends, unless a
 * payment gives a new period before.
 * @param since from when on the renewal is not paid, from which the grace is counted.
 */
export async function becomePastDue(deps: EndPurchaseDeps, purchase: Purchase, since: Date): Promise<void> {
  const { id, customerId } = purchase;
  const grace = (await planOf(deps, purchase)).gracePeriod;
  if (!grace) {
    await writing(() => markPastDue(deps.database.client, id, since, null));
    return;
  }
  const until = addInterval(since, grace);
  const features = await includedFeatures(deps, purchase);
  await deps.ledger.post({
    customerId,
    effects: [{ name: PAST_DUE, input: { id, since, graceEndsAt: until } satisfies PastDue }],
    postings: features.map((featureId) => ({
      verb: 'limit',
      featureId,
      purchaseId: id,
      until,
      reason: 'its renewal is not paid',
    })),
  });
}
