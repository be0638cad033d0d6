/**
 * Attaches a recurring base plan in place of another one that recurs: the subscription is changed,
 * and no page is needed.
 *
 * A dearer plan begins at once: a new period begins, which is paid in full, less what is left of
 * the old one. A cheaper one begins with the next period. A second click finds the purchase of the
 * first, or the plan attached already.
 */
import type { Actor } from '../../access/actor.ts';
import { type Database, reading, writing } from '../../database/database.ts';
import { isSameLength } from '../../values/interval.ts';
import { type CheckoutLine, costOfRenewal } from '../model/checkout-line.ts';
import { PaymentFailedError } from '../model/errors.ts';
import { type PaymentProvider, PaymentRefusedError } from '../model/provider.ts';
import type { ChangePreview, Subscription, SubscriptionChange } from '../model/provider-subscriptions.ts';
import type { Purchase } from '../model/types.ts';
import { askProvider } from '../reconcile/ask-provider.ts';
import type { Reconciliation } from '../reconcile/reconcile.ts';
import { findActiveBase, findPurchases } from '../tables/purchases.ts';
import { keepSubscription } from '../tables/renewals.ts';
import { recordPending } from './record-pending.ts';

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

/** The recurring purchase of the same group that this one would take the place of. */
export async function findReplaced({ database }: Pick<ChangePlanDeps, 'database'>, wanted: Wanted): Promise<Recurring | null> {
  if (!linesOf(wanted).some(({ recurring }) => recurring)) return null;
  const held = await reading(() => findActiveBase(database.client, wanted));
  if (held?.status !== 'ACTIVE' || held.subscriptionId === null || held.planId === wanted.planId) return null;
  return { ...held, subscriptionId: held.subscriptionId };
}

/**
 * @returns the purchase: ACTIVE, or PENDING until the next period begins; null where it could not
 * be recorded, because another attach of the plan was faster.
 * @throws PaymentFailedError where the payment was declined: the purchase has a page on which the
 * customer can pay, and the old plan goes on.
 */
export async function changePlan(
  deps: ChangePlanDeps,
  actor: Actor,
  wanted: Purchase,
  held: Recurring,
): Promise<Purchase | null> {
  const { database, provider, installationId } = deps;
  const { subscriptionId } = held;
  if ((await recordPending(database, wanted)) !== 'recorded') return null;
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
  return linesOf(selling).find(({ recurring }) => recurring)?.recurring?.interval;
}

function linesOf({ checkout }: Selling): readonly CheckoutLine[] {
  return checkout?.lines ?? [];
}
