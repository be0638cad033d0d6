/** Reads and writes subscriptions. */
import type Stripe from 'stripe';
import { periodOf } from '../objects/subscription.ts';
import { noSuch } from '../wire/api-error.ts';
import { toUnixSeconds } from '../wire/object-id.ts';
import type { Act } from './act.ts';
import { putInvoice } from './invoices.ts';

/** The subscription, locked. @throws SandboxApiError where the account does not have it. */
export async function lockSubscription({ records }: Act, id: string): Promise<Stripe.Subscription> {
  const subscription = await records.lock('subscription', id);
  if (subscription === undefined) throw noSuch('subscription', id, 'id');
  return subscription;
}

export async function createSubscription(act: Act, subscription: Stripe.Subscription): Promise<Stripe.Subscription> {
  await put(act, subscription);
  await act.records.addEvent({ type: 'customer.subscription.created', object: subscription }, act.now);
  return subscription;
}

/** How the subscription changes; the event that says so carries the values before. */
export interface Change {
  readonly before: Stripe.Subscription;
  readonly after: Stripe.Subscription;
  /** The event; `updated` unless the change has one of its own. */
  readonly event?: 'deleted' | 'paused' | 'resumed' | 'updated';
}

/** Writes what changed, with its event; nothing where nothing changed. */
export async function changeSubscription(act: Act, { before, after, event = 'updated' }: Change): Promise<Stripe.Subscription> {
  const previous = differences(before, after);
  if (Object.keys(previous).length === 0) return after;
  await put(act, after);
  const type = `customer.subscription.${event}` as const;
  await act.records.addEvent(event === 'updated' ? { type, object: after, previous } : { type, object: after }, act.now);
  return after;
}

/** The values of `before` that `after` has otherwise. */
function differences(before: Stripe.Subscription, after: Stripe.Subscription): Stripe.Event.Data.PreviousAttributes {
  const entries = Object.entries(before);
  return Object.fromEntries(
    entries.filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(after, field))),
  );
}

async function put({ records }: Act, subscription: Stripe.Subscription): Promise<void> {
  const dueAt = nextChangeOf(subscription);
  await records.put('subscription', subscription.id, subscription, dueAt === undefined ? undefined : new Date(dueAt * 1_000));
}

/** When something happens to the subscription by itself, in Unix seconds. */
export function nextChangeOf(subscription: Stripe.Subscription): number | undefined {
  const { status, cancel_at: cancelAt, pause_collection: pause } = subscription;
  if (status === 'canceled') return undefined;
  const own = status === 'paused' ? [] : [periodOf(subscription).end];
  const instants = [...own, cancelAt, pause?.resumes_at].filter((at) => typeof at === 'number');
  return instants.length === 0 ? undefined : Math.min(...instants);
}

/** Ends the subscription now. Its invoices that are not paid are not collected any more. */
export async function endSubscription(
  act: Act,
  before: Stripe.Subscription,
  reason: 'cancellation_requested' | 'payment_failed',
): Promise<Stripe.Subscription> {
  const now = toUnixSeconds(act.now);
  for (const status of ['draft', 'open']) {
    const where = { status, parent: { subscription_details: { subscription: before.id } } };
    for (const invoice of await act.records.list('invoice', { where, limit: 100 }))
      await putInvoice(act, {
        ...invoice,
        auto_advance: false,
        automatically_finalizes_at: null,
        next_payment_attempt: null,
      });
  }
  const after: Stripe.Subscription = {
    ...before,
    canceled_at: before.canceled_at ?? now,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason },
    ended_at: now,
    pause_collection: null,
    status: 'canceled',
  };
  return changeSubscription(act, { before, after, event: 'deleted' });
}
