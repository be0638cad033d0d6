/** Changes a recurring purchase to agree with its subscription: what is unpaid, and what ends. */
import { writing } from '../../database/database.ts';
import { type EndPurchaseDeps, endPurchase } from '../end/end-purchase.ts';
import type { Subscription } from '../model/provider-subscriptions.ts';
import { isActivatable, isHeld } from '../model/transitions.ts';
import type { Purchase } from '../model/types.ts';
import * as store from '../tables/renewals.ts';
import { becomePastDue } from './past-due.ts';
import { changesOf, type StandingChange } from './standing.ts';

export type FollowDeps = EndPurchaseDeps;

const HOUR_MS = 60 * 60_000;

/** Makes the changes, and sets when the reconciler next asks. */
export async function follow(deps: FollowDeps, purchase: Purchase, subscription: Subscription): Promise<void> {
  const now = deps.clock.now();
  for (const change of changesOf(purchase, subscription, now)) await apply(deps, purchase, subscription, change, now);
  if (isActivatable(purchase)) return;
  await writing(() => store.setNextCheck(deps.database.client, purchase, nextCheckOf(purchase, subscription, now)));
}

/** null where nothing of the subscription can change any more, or another purchase has it. */
function nextCheckOf(purchase: Purchase, subscription: Subscription, now: Date): Date | null {
  if (subscription.status === 'ended' || !isHeld(purchase)) return null;
  const due = purchase.currentPeriodEnd;
  return due && due > now ? new Date(due.getTime() + store.RENEWAL_TAKES_MS) : new Date(now.getTime() + HOUR_MS);
}

async function apply(
  deps: FollowDeps,
  purchase: Purchase,
  subscription: Subscription,
  change: StandingChange,
  now: Date,
): Promise<void> {
  const { database, log, provider } = deps;
  const facts = { purchaseId: purchase.id, subscriptionId: subscription.id };
  switch (change.kind) {
    case 'end':
      await endPurchase(deps, purchase, { reason: change.reason, at: change.at && change.at < now ? change.at : undefined });
      log.info(facts, `purchases: CANCELED: ${change.reason}`);
      return;
    case 'pastDue':
      log.warn(facts, 'purchases: a renewal is not paid: PAST_DUE');
      return becomePastDue(deps, purchase, change.since);
    case 'recover':
      return writing(() => store.recover(database.client, purchase.id));
    case 'setEnd':
      return writing(() => store.setEnd(database.client, purchase, change.at, now));
    case 'endAtProvider': {
      // The answer that is followed may be older than the end of the purchase. By now the
      // subscription may stand for another purchase, which took its place.
      const current = await provider.readSubscription(subscription.id);
      if (!changesOf(purchase, current, now).some(({ kind }) => kind === 'endAtProvider')) return;
      log.info(facts, 'purchases: its subscription is ended, as the purchase is');
      await provider.endSubscription(subscription.id);
    }
  }
}
