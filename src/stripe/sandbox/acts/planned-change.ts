/** What a change of a subscription's items comes to: the items after it, and the lines to pay. */
import type Stripe from 'stripe';
import { type Period, periodAt } from '../billing/calendar.ts';
import { proratedAmount } from '../billing/proration.ts';
import { amountOf, type PricedLine } from '../objects/catalogue.ts';
import { newInvoiceLine, onceLine, periodLine } from '../objects/invoice-line.ts';
import { intervalOf, planOf } from '../objects/plan.ts';
import { inPeriod, itemList, newItem, periodOf } from '../objects/subscription.ts';
import { missingParam } from '../wire/api-error.ts';
import type { Act } from './act.ts';
import { productOf } from './prices.ts';

export interface ItemChange {
  /** The item that it changes; left out: it adds one. */
  readonly id?: string | undefined;
  readonly isDeleted?: boolean | undefined;
  readonly price?: Stripe.Price | undefined;
  readonly quantity?: number | undefined;
}

export interface ChangeTerms {
  readonly items: readonly ItemChange[];
  readonly once: readonly PricedLine[];
  /** now: a new period begins, which is charged in full. */
  readonly anchor: 'now' | 'unchanged';
  readonly proration: 'create_prorations' | 'always_invoice' | 'none';
  /** When the change takes place, in Unix seconds. */
  readonly at: number;
}

export interface PlannedChange {
  readonly after: Stripe.Subscription;
  readonly lines: readonly Stripe.InvoiceLineItem[];
  /** False: the lines wait for the next invoice. */
  readonly isInvoicedNow: boolean;
}

export async function plannedChange(act: Act, before: Stripe.Subscription, terms: ChangeTerms): Promise<PlannedChange> {
  const { items: changes, once, at, proration } = terms;
  const period = periodOf(before);
  for (const { id } of changes)
    if (id !== undefined && !before.items.data.some((item) => item.id === id))
      throw missingParam('subscription item', id, 'items');

  const changed = before.items.data.filter((item) => changes.some(({ id }) => id === item.id));
  const kept = before.items.data.flatMap((item) =>
    changedItem(
      item,
      changes.find(({ id }) => id === item.id),
    ),
  );
  const place = { subscription: before.id, anchor: before.billing_cycle_anchor, created: at };
  const added = changes.flatMap(({ id, price, quantity = 1 }) =>
    id === undefined && price !== undefined ? [newItem({ price, quantity }, place)] : [],
  );
  const items = [...kept, ...added];
  const interval = intervalOf((items[0] ?? before.items.data[0])?.price ?? { id: before.id, recurring: null });
  const isReset = terms.anchor === 'now' || !isSameInterval(before, interval);
  const next = isReset ? periodAt(at, interval, at) : period;
  const after: Stripe.Subscription = {
    ...inPeriod({ ...before, items: itemList(before.id, items) }, next),
    billing_cycle_anchor: isReset ? at : before.billing_cycle_anchor,
  };

  const lines: Stripe.InvoiceLineItem[] = [];
  const replaced = isReset ? before.items.data : changed;
  if (proration !== 'none') lines.push(...(await creditLines(act, before, at, replaced)));
  const entered = after.items.data.filter((item) => isReset || isNew(item, before));
  for (const item of entered) {
    if (isReset) lines.push(periodLine(item, await productOf(act.records, item.price), next));
    else if (proration !== 'none') lines.push(await prorationLine(act, item, period, at, 'remaining'));
  }
  lines.push(...once.map((line) => onceLine(line, before.id, at)));
  return { after, lines, isInvoicedNow: isReset || proration === 'always_invoice' };
}

function changedItem(item: Stripe.SubscriptionItem, change: ItemChange | undefined): Stripe.SubscriptionItem[] {
  if (change === undefined) return [item];
  if (change.isDeleted === true) return [];
  const { price = item.price, quantity = item.quantity ?? 1 } = change;
  return [{ ...item, price, plan: planOf(price), quantity }];
}

function isNew(item: Stripe.SubscriptionItem, before: Stripe.Subscription): boolean {
  const old = before.items.data.find(({ id }) => id === item.id);
  return old === undefined || old.price.id !== item.price.id || old.quantity !== item.quantity;
}

function isSameInterval(before: Stripe.Subscription, interval: ReturnType<typeof intervalOf>): boolean {
  const [first] = before.items.data;
  return first !== undefined && JSON.stringify(intervalOf(first.price)) === JSON.stringify(interval);
}

/** What is left of the period of these items, given back. */
export async function creditLines(
  act: Act,
  subscription: Stripe.Subscription,
  at: number,
  items: readonly Stripe.SubscriptionItem[] = subscription.items.data,
): Promise<Stripe.InvoiceLineItem[]> {
  const period = periodOf(subscription);
  return Promise.all(items.map((item) => prorationLine(act, item, period, at, 'unused')));
}

/** The line for what is left of the period: given back of an old item, or asked for a new one. */
async function prorationLine(
  act: Act,
  item: Stripe.SubscriptionItem,
  period: Period,
  at: number,
  kind: 'unused' | 'remaining',
): Promise<Stripe.InvoiceLineItem> {
  const { price, quantity = 1 } = item;
  const { name } = await productOf(act.records, price);
  const amount = proratedAmount(amountOf({ price, quantity }), period, at);
  const day = new Date(at * 1_000).toISOString().slice(0, 10);
  return newInvoiceLine({
    amount: kind === 'unused' ? -amount : amount,
    description: `${kind === 'unused' ? 'Unused' : 'Remaining'} time on ${quantity} × ${name} after ${day}`,
    period: { start: at, end: period.end },
    price,
    quantity,
    subscription: item.subscription,
    item: item.id,
    proration: true,
  });
}
