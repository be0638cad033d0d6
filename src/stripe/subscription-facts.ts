/**
 * Turns Stripe's subscriptions and invoices into those of purchases. Pure.
 *
 * The period of a subscription lies on its items, and that of an invoice on its lines. Only an
 * invoice with the status `paid` was paid.
 */
import type Stripe from 'stripe';
import {
  INVOICE_STATUSES,
  type Invoice,
  type InvoiceLine,
  type InvoiceStatus,
  type Period,
  type Subscription,
  type SubscriptionStatus,
} from '../purchases/model/provider-subscriptions.ts';
import { idOf, installationOf, purchaseOf } from './checkout.ts';
import type { ProductLine } from './recurring-lines.ts';
import { fromStripeMinor } from './wire/minor-units.ts';
import { fromUnixSeconds } from './wire/unix-seconds.ts';

/** The line that a product stands for; null where it is not Brim's. */
export type LineOfProduct = (productId: string) => ProductLine | null;

const STATUSES: Readonly<Record<string, SubscriptionStatus>> = {
  incomplete: 'incomplete',
  trialing: 'active',
  active: 'active',
  past_due: 'past_due',
  paused: 'paused',
  unpaid: 'unpaid',
  canceled: 'ended',
  incomplete_expired: 'ended',
};

export function toSubscription(
  subscription: Stripe.Subscription,
  invoices: readonly Stripe.Invoice[],
  lineOfProduct: LineOfProduct,
  account: string | null,
): Subscription {
  const { id, metadata, status, items, ended_at: endedAt, cancel_at: cancelAt } = subscription;
  const period = periodOf(items.data);
  const isUncollected = status === 'active' && subscription.pause_collection !== null;
  const known = isUncollected ? 'paused' : STATUSES[status];
  if (!known) throw new Error(`The subscription ${id} has the unknown status "${status}".`);
  return {
    id,
    purchaseId: purchaseOf({ metadata }),
    installationId: installationOf({ metadata }),
    status: known,
    period,
    cancelAtPeriodEnd: subscription.cancel_at_period_end || cancelAt !== null,
    endsAt: cancelAt !== null ? fromUnixSeconds(cancelAt) : subscription.cancel_at_period_end ? (period?.end ?? null) : null,
    endedAt: endedAt === null ? null : fromUnixSeconds(endedAt),
    invoices: invoices.map((invoice) => toInvoice(invoice, lineOfProduct)),
    openedIn: { account, live: subscription.livemode },
  };
}

/** The periods of all items of a plan are one; of several the longest counts. */
function periodOf(items: readonly Stripe.SubscriptionItem[]): Period | null {
  const [first] = items;
  if (!first) return null;
  return {
    start: fromUnixSeconds(Math.min(...items.map((item) => item.current_period_start))),
    end: fromUnixSeconds(Math.max(...items.map((item) => item.current_period_end))),
  };
}

export function toInvoice(invoice: Stripe.Invoice, lineOfProduct: LineOfProduct): Invoice {
  const { currency, status_transitions: changes, payments } = invoice;
  const paid = payments?.data.find((payment) => payment.status === 'paid')?.payment.payment_intent;
  return {
    id: invoice.id,
    // What it sells says more than the metadata, which change with the subscription.
    purchaseId:
      soldFor(invoice, lineOfProduct) ?? purchaseOf({ metadata: invoice.parent?.subscription_details?.metadata ?? null }),
    status: statusOf(invoice),
    paid: fromStripeMinor(invoice.amount_paid, currency),
    due: fromStripeMinor(invoice.amount_due, currency),
    chargeId: idOf(paid ?? null),
    invoiceUrl: invoice.hosted_invoice_url ?? null,
    lines: invoice.lines.data.map((line) => toLine(line, lineOfProduct)),
    createdAt: fromUnixSeconds(invoice.created),
    paidAt: changes.paid_at === null ? null : fromUnixSeconds(changes.paid_at),
    attempts: invoice.attempt_count,
  };
}

function statusOf({ id, status }: Stripe.Invoice): InvoiceStatus {
  const known = INVOICE_STATUSES.find((each) => each === status);
  if (!known) throw new Error(`The invoice ${id} has the unknown status "${status}".`);
  return known;
}

function toLine(line: Stripe.InvoiceLineItem, lineOfProduct: LineOfProduct): InvoiceLine {
  const { period, quantity } = line;
  const productId = isOfItem(line) ? productIdOf(line) : null;
  return {
    index: productId === null ? null : (lineOfProduct(productId)?.index ?? null),
    amount: fromStripeMinor(line.amount, line.currency),
    isRecurring: isOfItem(line),
    isProration: isProration(line),
    units: quantity ?? 1,
    period: { start: fromUnixSeconds(period.start), end: fromUnixSeconds(period.end) },
  };
}

/** The purchase whose lines an invoice sells for a period of their own. */
function soldFor({ lines }: Stripe.Invoice, lineOfProduct: LineOfProduct): string | null {
  const [first] = lines.data
    .filter((line) => isOfItem(line) && !isProration(line))
    .flatMap((line) => lineOfProduct(productIdOf(line) ?? '') ?? []);
  return first?.purchaseId ?? null;
}

function isProration({ parent }: Stripe.InvoiceLineItem): boolean {
  return parent?.subscription_item_details?.proration ?? parent?.invoice_item_details?.proration ?? false;
}

/** True for a line that an item of the subscription made; false for one that is charged once. */
export function isOfItem({ parent }: Stripe.InvoiceLineItem): boolean {
  return (parent?.subscription_item_details ?? null) !== null;
}

/** The product that a line of an invoice sells. */
export function productIdOf({ pricing }: Stripe.InvoiceLineItem): string | null {
  return pricing?.price_details?.product ?? null;
}
