/**
 * Renewals: makes recurring purchases agree with their subscriptions, as the provider has them now.
 *
 * Whatever is heard of a subscription (a paid invoice, a failed one, a change, its end, the page on
 * which it was bought, or nothing for too long) has one answer: read the subscription with its
 * newest invoices, take each paid invoice that was not taken yet, and then follow its status. So
 * the order of events does not matter, and neither does how often one comes.
 *
 * An answer may be older than what another one has changed meanwhile. So it counts only where its
 * purchases are as they were before the provider was asked; otherwise the provider is asked again.
 */
import { type Database, reading } from '../../database/database.ts';
import { isStorableText } from '../../values/input.ts';
import { isOurs } from '../model/named.ts';
import { MissingAtProviderError } from '../model/provider.ts';
import type { Subscription, SubscriptionHint } from '../model/provider-subscriptions.ts';
import type { Purchase } from '../model/types.ts';
import type { HintOutcome } from '../reconcile/reconcile.ts';
import { findPurchase, findPurchases } from '../tables/purchases.ts';
import { findOfSubscription } from '../tables/renewals.ts';
import { type FollowDeps, follow } from './follow.ts';
import { noteFailed } from './note-failed.ts';
import { takeInvoice, untaken } from './take-invoice.ts';

export interface Renewals {
  /** Reads the subscription that a provider's event names, and agrees with it. */
  reconcileSubscription(hint: SubscriptionHint): Promise<HintOutcome>;
  /**
   * Reads a subscription and agrees with it. Callers at once share the answer of a read that begins
   * after they asked. @throws MissingAtProviderError, PaymentProviderError.
   */
  readAndFollow(subscriptionId: string): Promise<Subscription>;
  /**
   * Agrees with a subscription that the provider just answered.
   * @param before The purchase as it was before the provider was asked. Left out: it is new.
   */
  followSubscription(subscription: Subscription, before?: Purchase): Promise<void>;
}

export type RenewalsDeps = FollowDeps;

/** After so many reads the answer counts, although its purchases still change. */
const MOST_READS = 4;

export function openRenewals(deps: RenewalsDeps): Renewals {
  const { database, log, provider, installationId } = deps;
  const find = (id: string) => reading(() => findPurchase(database.client, id));

  async function followSubscription(subscription: Subscription, before?: Purchase): Promise<void> {
    const now = before && (await find(before.id));
    if (now && hasMoved([before], [now])) await readAndFollow(subscription.id);
    else await agree(subscription);
  }

  async function agree(subscription: Subscription): Promise<void> {
    for (const invoice of await untaken(database, subscription.invoices)) {
      const purchaseId = invoice.purchaseId ?? subscription.purchaseId;
      if (purchaseId !== null) await takeInvoice({ ...deps, find }, purchaseId, invoice, subscription);
    }
    for (const purchase of await purchasesOf(database, subscription)) {
      await noteFailed(deps, purchase, subscription);
      await follow(deps, purchase, subscription);
    }
  }

  /** Per subscription one read at a time; a caller that comes during it shares the next one. */
  const running = new Map<string, Promise<unknown>>();
  const waiting = new Map<string, Promise<Subscription>>();

  function readAndFollow(subscriptionId: string): Promise<Subscription> {
    const next = waiting.get(subscriptionId);
    if (next) return next;
    const before = running.get(subscriptionId) ?? Promise.resolve();
    const started = before
      .catch(() => undefined)
      .then(async () => {
        waiting.delete(subscriptionId);
        const subscription = await readUnmoved(subscriptionId);
        await agree(subscription);
        return subscription;
      });
    waiting.set(subscriptionId, started);
    running.set(subscriptionId, started);
    const forget = () => {
      if (running.get(subscriptionId) === started) running.delete(subscriptionId);
    };
    started.then(forget, forget);
    return started;
  }

  async function readUnmoved(subscriptionId: string): Promise<Subscription> {
    const present = () => purchasesOf(database, { id: subscriptionId, purchaseId: null });
    let before = await present();
    for (let reads = 1; ; reads += 1) {
      const subscription = await provider.readSubscription(subscriptionId);
      const after = await present();
      if (reads === MOST_READS || !hasMoved(before, after)) return subscription;
      before = after;
    }
  }

  async function reconcileSubscription(hint: SubscriptionHint): Promise<HintOutcome> {
    const { subscriptionId, purchaseId } = hint;
    if (!isOurs(hint, installationId)) return 'foreign';
    try {
      const subscription = await readAndFollow(subscriptionId);
      return (await purchasesOf(database, subscription)).length > 0 ? 'reconciled' : 'unknown';
    } catch (error) {
      if (!(error instanceof MissingAtProviderError)) throw error;
      log.error({ subscriptionId, purchaseId }, 'purchases: the present key does not see a subscription of an event');
      return 'missing';
    }
  }

  return { reconcileSubscription, readAndFollow, followSubscription };
}

/** Whether something of what follows a subscription has changed. */
function hasMoved(before: readonly Purchase[], after: readonly Purchase[]): boolean {
  const standing = ({ id, revision, cancelAtPeriodEnd, endsAt, currentPeriodEnd }: Purchase) =>
    JSON.stringify([id, revision, cancelAtPeriodEnd, endsAt, currentPeriodEnd]);
  const known = new Set(before.map(standing));
  return before.length !== after.length || !after.every((purchase) => known.has(standing(purchase)));
}

/** The purchases that had the subscription or have it, and the one that it names. */
async function purchasesOf(
  { client }: Database,
  { id, purchaseId }: Pick<Subscription, 'id' | 'purchaseId'>,
): Promise<readonly Purchase[]> {
  const ids = await reading(() => findOfSubscription(client, id));
  const named = purchaseId !== null && isStorableText(purchaseId) ? [purchaseId] : [];
  return reading(() => findPurchases(client, [...new Set([...ids, ...named])]));
}
