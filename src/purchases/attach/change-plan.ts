/**
 * Attaches what recurs in place of what recurs already: another base plan of the group, or another
 * quantity of the same plan. The subscription is changed, and no page is needed.
 *
 * What is dearer begins at once: a new period begins, which is paid in full, less what is left of
 * the old one. What is cheaper begins with the next period. A second click finds the purchase of
 * the first, or the plan attached already.
 */
import type { Actor } from '../../access/actor.ts';
import { type Database, reading, writing } from '../../database/database.ts';
import { isSameLength } from '../../values/interval.ts';
import { type CheckoutLine, costOfRenewal, recurringIn } from '../model/checkout-line.ts';
import { PaymentFailedError, PlanAlreadyAttachedError } from '../model/errors.ts';
import { type PaymentProvider, PaymentRefusedError } from '../model/provider.ts';
import type { ChangePreview, Subscription, SubscriptionChange } from '../model/provider-subscriptions.ts';
import type { Purchase } from '../model/types.ts';
import { askProvider } from '../reconcile/ask-provider.ts';
import type { Reconciliation } from '../reconcile/reconcile.ts';
import { findActiveBase, findPurchases, findRecurring } from '../tables/purchases.ts';
import { keepSubscription } from '../tables/renewals.ts';

export interface ChangePlanDeps {
  readonly database: Database;
  readonly installationId: string;
  readonly provider: Pick<PaymentProvider, 'changeSubscription' | 'previewChange'>;
  readonly reconciliation: Pick<Reconciliation, 'refresh'>;
  /** Agrees with a subscription as the provider just answered it. */
  readonly followSubscription: (subscription: Subscription) => Promise<void>;
}

/** What is known of a purchase before it is made. */
export type Wanted = Pick<Purchase, 'customerId' | 'planId' | 'baseGroup'> & Selling;
interface Selling {
  readonly checkout: { readonly lines: readonly CheckoutLine[] } | null;
}

type Recurring = Purchase & { readonly subscriptionId: string };

/**
 * The recurring purchase that this one would take the place of: of the same plan, or of another
 * base plan of its group. null where there is none, or where its renewal is not paid: then a page
 * is opened, and what is paid there takes its place.
 */
export async function findReplaced({ database }: Pick<ChangePlanDeps, 'database'>, wanted: Wanted): Promise<Recurring | null> {
  if (recurringIn(linesOf(wanted)).length === 0) return null;
  const same = await reading(() => findRecurring(database.client, wanted));
  const held = same ?? (await reading(() => findActiveBase(database.client, wanted)));
  if (held?.status !== 'ACTIVE' || held.subscriptionId === null) return null;
  if (!same && held.planId === wanted.planId) return null;
  return { ...held, subscriptionId: held.subscriptionId };
}

/** Refuses what the customer has by now. @throws PlanAlreadyAttachedError. */
export function refuseSame(held: Recurring, wanted: Wanted): void {
  const sold = (selling: Selling) =>
    recurringIn(linesOf(selling)).map(({ unitAmount, units, recurring }) =>
      [unitAmount.amount, unitAmount.currency, units, recurring?.featureId, recurring?.perUnit].join(' '),
    );
  if (held.planId === wanted.planId && sold(held).join() === sold(wanted).join()) throw new PlanAlreadyAttachedError(held);
}

/**
 * Changes the subscription for a purchase that was just recorded PENDING.
 * @returns the purchase: ACTIVE, or PENDING until the next period begins.
 * @throws PaymentFailedError where the payment was declined: the purchase has a page on which the
 * customer can pay, and the old plan goes on.
 */
export async function changePlan(deps: ChangePlanDeps, actor: Actor, wanted: Purchase, held: Recurring): Promise<Purchase> {
  const { database, provider, installationId } = deps;
  const { subscriptionId } = held;
  await writing(() => keepSubscription(database.client, wanted.id, subscriptionId));
  const lines = linesOf(wanted);
  const change: SubscriptionChange = {
    ...{ subscriptionId, installationId, lines, purchaseId: wanted.id, key: wanted.id },
    at: whenOf(held, wanted),
  };
  return askProvider(actor.kind, wanted, async () => {
    try {
      await deps.followSubscription(await provider.changeSubscription(change));
    } catch (error) {
      if (!(error instanceof PaymentRefusedError)) throw error;
      await writing(() => keepSubscription(database.client, wanted.id, null));
      const opened = await deps.reconciliation.refresh(wanted);
      throw new PaymentFailedError({ ...opened, failureReason: opened.failureReason ?? error.message });
    }
    return (await reading(() => findPurchases(database.client, [wanted.id])))[0] ?? wanted;
  });
}

/** What `changePlan` would charge; null where there is nothing to change. */
export async function previewChange(
  deps: Pick<ChangePlanDeps, 'database' | 'provider'>,
  wanted: Wanted,
): Promise<ChangePreview | null> {
  const held = await findReplaced(deps, wanted);
  if (!held) return null;
  const { subscriptionId } = held;
  return deps.provider.previewChange({ subscriptionId, lines: linesOf(wanted), at: whenOf(held, wanted) });
}

/** Another interval begins at once in any case: the provider counts its periods anew. */
function whenOf(held: Selling, wanted: Selling): SubscriptionChange['at'] {
  const [before, after] = [intervalOf(held), intervalOf(wanted)];
  if (!before || !after || !isSameLength(before, after)) return 'once';
  return costOfRenewal(linesOf(wanted)) >= costOfRenewal(linesOf(held)) ? 'once' : 'renewal';
}

function intervalOf(selling: Selling) {
  return recurringIn(linesOf(selling))[0]?.recurring?.interval;
}

function linesOf({ checkout }: Selling): readonly CheckoutLine[] {
  return checkout?.lines ?? [];
}
