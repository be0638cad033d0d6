/**
 * What happens to subscriptions at Stripe's side, as from its dashboard, and the account's setting
 * for renewals that fail.
 */
import type Stripe from 'stripe';
import { type Cancellation, cancelSubscription } from '../acts/cancel-subscription.ts';
import { changeItems } from '../acts/change-items.ts';
import { pauseSubscription, resumeSubscription } from '../acts/pause-subscription.ts';
import { changeSubscription, lockSubscription } from '../acts/write-subscription.ts';
import { DUNNING_ID, type Dunning, USUAL_DUNNING } from '../billing/retries.ts';
import { refusal } from '../objects/refusals.ts';
import { periodOf } from '../objects/subscription.ts';
import { toUnixSeconds } from '../wire/object-id.ts';
import type { OrderedDecline } from './declines.ts';
import type { Transact } from './transact.ts';

export interface SubscriptionControl {
  readonly subscriptions: {
    cancel(subscriptionId: string, how?: Partial<Cancellation>): Promise<void>;
    /** Lets it end with its period, or takes that back. */
    cancelAtPeriodEnd(subscriptionId: string, isEnding?: boolean): Promise<void>;
    pause(subscriptionId: string): Promise<void>;
    resume(subscriptionId: string): Promise<void>;
    /** Invoices are made, and are not collected; null: they are again. */
    pauseCollection(subscriptionId: string, behavior: 'keep_as_draft' | 'mark_uncollectible' | 'void' | null): Promise<void>;
    /** Changes the quantity of the first item; the difference is on the next invoice. */
    changeQuantity(subscriptionId: string, quantity: number): Promise<void>;
    /** Declines the next charges of the subscription's customer, which the next renewal makes. */
    failNext(subscriptionId: string, order?: Pick<OrderedDecline, 'declineCode' | 'adviceCode' | 'times'>): Promise<void>;
    /** How often failed renewals are tried again, and what follows; left out: as usual. */
    setDunning(changes?: Partial<Dunning>): Promise<void>;
  };
}

export function subscriptionControl(transact: Transact): SubscriptionControl {
  const change = (id: string, changesOf: (before: Stripe.Subscription) => Partial<Stripe.Subscription>) =>
    transact(async (act) => {
      const before = await lockSubscription(act, id);
      await changeSubscription(act, { before, after: { ...before, ...changesOf(before) } });
    });
  return {
    subscriptions: {
      cancel: (id, { prorate = false, invoiceNow = false } = {}) =>
        transact(async (act) => {
          await cancelSubscription(act, await lockSubscription(act, id), { prorate, invoiceNow });
        }),
      cancelAtPeriodEnd: (id, isEnding = true) =>
        change(id, (before) => ({ cancel_at_period_end: isEnding, cancel_at: isEnding ? periodOf(before).end : null })),
      pause: (id) => transact(async (act) => void (await pauseSubscription(act, await lockSubscription(act, id)))),
      resume: (id) => transact(async (act) => void (await resumeSubscription(act, await lockSubscription(act, id)))),
      pauseCollection: (id, behavior) => change(id, () => ({ pause_collection: behavior && { behavior, resumes_at: null } })),
      changeQuantity: (id, quantity) =>
        transact(async (act) => {
          const before = await lockSubscription(act, id);
          const items = [{ id: before.items.data[0]?.id, quantity }];
          const at = toUnixSeconds(act.now);
          await changeItems(act, before, { items, once: [], anchor: 'unchanged', proration: 'create_prorations', at }, {});
        }),
      failNext: (id, { declineCode = 'insufficient_funds', adviceCode, times = 1 } = {}) =>
        transact(async (act) => {
          const { customer } = await lockSubscription(act, id);
          for (let count = 0; count < times; count += 1)
            await act.records.orderDecline(refusal(declineCode, adviceCode), String(customer));
        }),
      setDunning: (changes = {}) =>
        transact(({ records }) => records.put('dunning', DUNNING_ID, { ...USUAL_DUNNING, ...changes })),
    },
  };
}
