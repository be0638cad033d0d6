/**
 * What happens to subscriptions and invoices by themselves: periods end, drafts are finalized,
 * payments are tried again. Each step happens at its own instant, however late it is made.
 */
import type Stripe from 'stripe';
import type { Database } from '../../../database/database.ts';
import { periodAt } from '../billing/calendar.ts';
import { subscriptionOf } from '../objects/invoice.ts';
import { periodLine } from '../objects/invoice-line.ts';
import { intervalOf } from '../objects/plan.ts';
import { inPeriod, periodOf } from '../objects/subscription.ts';
import { sandboxRecords } from '../store/records.ts';
import { toUnixSeconds } from '../wire/object-id.ts';
import type { Act } from './act.ts';
import { collectInvoice } from './collect-invoice.ts';
import { draftInvoice, finalizeInvoice, giveUpInvoice, lockInvoice, putInvoice } from './invoices.ts';
import { productOf } from './prices.ts';
import { changeSubscription, endSubscription, lockSubscription, nextChangeOf } from './write-subscription.ts';

/** Stripe lets a renewal's draft be changed for about an hour. */
const DRAFT_SECONDS = 60 * 60;

/** Does all that is due until then, each step in a transaction of its own. */
export async function renewUntil(database: Database, { now: until, urlOf }: Pick<Act, 'now' | 'urlOf'>): Promise<void> {
  let isDone: boolean;
  do {
    isDone = await database.transaction(async (transaction) => {
      const records = sandboxRecords(transaction);
      const due = await records.nextDue(['subscription', 'invoice'], until);
      if (due === undefined) return true;
      const act: Act = { records, now: due.dueAt, urlOf };
      await (due.kind === 'subscription' ? renewDue(act, due.id) : advanceDue(act, due.id));
      return false;
    });
  } while (!isDone);
}

async function renewDue(act: Act, id: string): Promise<void> {
  const before = await lockSubscription(act, id);
  const now = toUnixSeconds(act.now);
  const dueAt = nextChangeOf(before);
  // Another process did it meanwhile.
  if (dueAt === undefined || dueAt > now) return;
  if (before.cancel_at !== null && before.cancel_at <= now) await endSubscription(act, before, 'cancellation_requested');
  else if (typeof before.pause_collection?.resumes_at === 'number' && before.pause_collection.resumes_at <= now)
    await changeSubscription(act, { before, after: { ...before, pause_collection: null } });
  else await renew(act, before);
}

/** Begins the next period, and makes the draft of its invoice with what waited for it. */
async function renew(act: Act, before: Stripe.Subscription): Promise<void> {
  const ended = periodOf(before);
  const customer = await act.records.find('customer', String(before.customer));
  const [first] = before.items.data;
  if (first === undefined || customer === undefined || customer.deleted === true) {
    await endSubscription(act, before, 'cancellation_requested');
    return;
  }
  const period = periodAt(before.billing_cycle_anchor, intervalOf(first.price), ended.end);
  const moved = inPeriod(before, period);
  const pending = await act.records.list('pending_line', { where: { subscription: before.id }, limit: 100 });
  for (const { id } of pending) await act.records.remove('pending_line', id);
  const lines = await Promise.all(
    moved.items.data.map(async (item) => periodLine(item, await productOf(act.records, item.price), period)),
  );
  const stays = before.status === 'unpaid' || before.pause_collection?.behavior === 'keep_as_draft';
  const invoice = await draftInvoice(act, {
    subscription: moved,
    customer,
    lines: [...pending.toReversed(), ...lines],
    reason: 'subscription_cycle',
    period: ended,
    autoAdvance: !stays,
    finalizesAt: stays ? null : toUnixSeconds(act.now) + DRAFT_SECONDS,
  });
  await changeSubscription(act, { before, after: { ...moved, latest_invoice: invoice.id } });
}

/** Finalizes a draft, and tries to collect what is open. */
async function advanceDue(act: Act, id: string): Promise<void> {
  const unlocked = await act.records.find('invoice', id);
  if (unlocked === undefined) return;
  // A subscription is locked before its invoices, everywhere.
  const { pause_collection: pause } = await lockSubscription(act, subscriptionOf(unlocked));
  const invoice = await lockInvoice(act, id);
  const now = toUnixSeconds(act.now);
  const dueAt = invoice.status === 'draft' ? invoice.automatically_finalizes_at : invoice.next_payment_attempt;
  if (dueAt === null || dueAt > now || !['draft', 'open'].includes(invoice.status ?? '')) return;
  const open = invoice.status === 'draft' ? await finalizeInvoice(act, invoice) : invoice;
  if (open.status !== 'open') return;
  if (pause?.behavior === 'void') await giveUpInvoice(act, open, 'void');
  else if (pause?.behavior === 'mark_uncollectible') await giveUpInvoice(act, open, 'uncollectible');
  else
    await collectInvoice(act, await putInvoice(act, { ...open, next_payment_attempt: null }), { method: null, presence: 'away' });
}
