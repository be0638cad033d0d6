/** The invoice that a subscription would make: its next one, or that of a change or of a start. */
import type Stripe from 'stripe';
import { periodAt } from '../billing/calendar.ts';
import type { PricedLine } from '../objects/catalogue.ts';
import { newInvoice } from '../objects/invoice.ts';
import { onceLine, periodLine } from '../objects/invoice-line.ts';
import { intervalOf } from '../objects/plan.ts';
import { inPeriod, newSubscription, periodOf } from '../objects/subscription.ts';
import { refusedParam } from '../wire/api-error.ts';
import type { Act } from './act.ts';
import { namedCustomer } from './customers.ts';
import { settleBalance } from './invoices.ts';
import { type ChangeTerms, plannedChange } from './planned-change.ts';
import { productOf } from './prices.ts';

/** @param terms undefined: nothing is changed. */
export async function previewOf(act: Act, before: Stripe.Subscription, terms: ChangeTerms | undefined): Promise<Stripe.Invoice> {
  const customer = await namedCustomer(act.records, String(before.customer));
  const change = terms && (await plannedChange(act, before, terms));
  const pending = await act.records.list('pending_line', { where: { subscription: before.id }, limit: 100 });
  const waiting = [...pending.toReversed(), ...(change?.lines ?? [])];
  const subscription = change?.after ?? before;
  const period = periodOf(subscription);
  if (change?.isInvoicedNow === true) return asPreview(act, customer, subscription, waiting);
  if (subscription.cancel_at !== null && subscription.cancel_at <= period.end && waiting.length === 0)
    throw refusedParam('subscription', 'No upcoming invoices for this subscription.', 'invoice_upcoming_none');
  const [first] = subscription.items.data;
  if (first === undefined) throw refusedParam('subscription_details[items]', 'There are no items.');
  const next = inPeriod(subscription, periodAt(subscription.billing_cycle_anchor, intervalOf(first.price), period.end));
  return asPreview(act, customer, next, [...waiting, ...(await periodLines(act, next))]);
}

/** The first invoice of a subscription that does not exist yet. */
export async function previewStart(
  act: Act,
  customer: Stripe.Customer,
  lines: readonly PricedLine[],
  once: readonly PricedLine[],
): Promise<Stripe.Invoice> {
  const currency = lines[0]?.price.currency ?? '';
  const made = newSubscription({ customer: customer.id, currency, lines, metadata: {}, method: null }, act.now);
  const firstOnly = once.map((line) => onceLine(line, made.id, periodOf(made).start));
  return asPreview(act, customer, made, [...(await periodLines(act, made)), ...firstOnly]);
}

function periodLines(act: Act, subscription: Stripe.Subscription): Promise<Stripe.InvoiceLineItem[]> {
  const period = periodOf(subscription);
  const items = subscription.items.data;
  return Promise.all(items.map(async (item) => periodLine(item, await productOf(act.records, item.price), period)));
}

function asPreview(
  act: Act,
  customer: Stripe.Customer,
  subscription: Stripe.Subscription,
  lines: readonly Stripe.InvoiceLineItem[],
): Stripe.Invoice {
  const period = periodOf(subscription);
  const facts = { subscription, customer, lines, reason: 'upcoming', period, autoAdvance: true, finalizesAt: null } as const;
  const invoice = newInvoice(facts, act.now);
  const { due, ending } = settleBalance(invoice.total, customer.balance, invoice.currency);
  const id = `upcoming_${invoice.id}`;
  return { ...invoice, id, amount_due: due, amount_remaining: due, ending_balance: ending, next_payment_attempt: period.start };
}
