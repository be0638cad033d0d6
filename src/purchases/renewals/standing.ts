/**
 * What has to change for a recurring purchase to agree with its subscription, as the provider has
 * it now. Pure.
 *
 * Payments are taken before: this is about what is not paid, and about what ends.
 */
import type { Subscription } from '../model/provider-subscriptions.ts';
import { isHeld } from '../model/transitions.ts';
import type { Purchase } from '../model/types.ts';

export type StandingChange =
  /** The provider gave up, or somebody canceled: the purchase ends. */
  | { readonly kind: 'end'; readonly at: Date | null; readonly reason: string }
  /** A renewal is not paid, and nothing new is given. */
  | { readonly kind: 'pastDue'; readonly since: Date }
  /** What was not paid is paid by now. */
  | { readonly kind: 'recover' }
  /** It ends with its period; null: it does not any more. */
  | { readonly kind: 'setEnd'; readonly at: Date | null }
  /** The purchase has ended, and the provider would go on charging for it. */
  | { readonly kind: 'endAtProvider' };

type Standing = Pick<Purchase, 'id' | 'status' | 'currentPeriodEnd' | 'cancelAtPeriodEnd' | 'endsAt'>;

export function changesOf(purchase: Standing, subscription: Subscription, now: Date): readonly StandingChange[] {
  const { status } = purchase;
  if (status === 'CANCELED' || status === 'REFUNDED')
    return subscription.purchaseId === purchase.id && subscription.status !== 'ended' ? [{ kind: 'endAtProvider' }] : [];
  if (!isHeld(purchase)) return [];
  const over = endOf(subscription);
  if (over) return [{ kind: 'end', ...over }];
  return [...dunningOf(purchase, subscription, now), ...scheduleOf(purchase, subscription)];
}

function endOf({
  status,
  endedAt,
  cancelAtPeriodEnd,
}: Subscription): { readonly at: Date | null; readonly reason: string } | null {
  if (status === 'unpaid') return { at: null, reason: 'its renewal was not paid' };
  if (status !== 'ended') return null;
  return cancelAtPeriodEnd ? { at: endedAt, reason: 'its period ended' } : { at: null, reason: 'its subscription ended' };
}

/** A paused subscription makes no invoices, so it is not paid either once its period is over. */
function dunningOf({ status, currentPeriodEnd }: Standing, subscription: Subscription, now: Date): readonly StandingChange[] {
  const isOver = currentPeriodEnd !== null && currentPeriodEnd <= now;
  const isUnpaid = subscription.status === 'past_due' || (subscription.status === 'paused' && isOver);
  if (isUnpaid && status === 'ACTIVE') return [{ kind: 'pastDue', since: unpaidSince(subscription) ?? currentPeriodEnd ?? now }];
  if (!isUnpaid && subscription.status === 'active' && status === 'PAST_DUE') return [{ kind: 'recover' }];
  return [];
}

/** When the oldest invoice was made that waits for its payment. */
function unpaidSince({ invoices }: Subscription): Date | null {
  return invoices.findLast((invoice) => invoice.status === 'open')?.createdAt ?? null;
}

function scheduleOf({ endsAt, cancelAtPeriodEnd }: Standing, subscription: Subscription): readonly StandingChange[] {
  const wanted = subscription.cancelAtPeriodEnd ? subscription.endsAt : null;
  const isSet = cancelAtPeriodEnd ? endsAt : null;
  return wanted?.getTime() === isSet?.getTime() ? [] : [{ kind: 'setEnd', at: wanted }];
}
