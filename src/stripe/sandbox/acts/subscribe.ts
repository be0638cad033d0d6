/**
 * Starts a subscription: charges the first invoice's amount, and makes the subscription, its
 * invoice and what links the two to the payment, unless the bank refuses.
 */
import type Stripe from 'stripe';
import { adjusted, type Promotion } from '../objects/adjustment.ts';
import { amountOf, type PricedLine } from '../objects/catalogue.ts';
import { onceLine, periodLine } from '../objects/invoice-line.ts';
import { newSubscription, periodOf } from '../objects/subscription.ts';
import type { Act } from './act.ts';
import type { Presence } from './attempt-outcome.ts';
import { chargeFirst, draftPaid, finalizePaid, isPaying } from './invoice-now.ts';
import { productOf } from './prices.ts';
import { changeSubscription, createSubscription, lockSubscription } from './write-subscription.ts';

export interface NewSubscription {
  readonly customer: Stripe.Customer;
  /** The recurring ones become items; those that are paid once are on the first invoice only. */
  readonly lines: readonly PricedLine[];
  readonly metadata: Stripe.Metadata;
  readonly description?: string | undefined;
  readonly method: Stripe.PaymentMethod;
  /** On a page, the method is saved for the renewals. */
  readonly presence: Presence;
  /** What the customer's promotion code takes off the first invoice. */
  readonly promotion?: Promotion | undefined;
  /** Tax is added to its invoices; left out: no. */
  readonly isTaxed?: boolean | undefined;
}

export interface Subscribed {
  /** Refused: `requires_payment_method`, and there is no subscription. Null: nothing was due. */
  readonly intent: Stripe.PaymentIntent | null;
  readonly subscription?: Stripe.Subscription;
}

export async function subscribe(act: Act, params: NewSubscription): Promise<Subscribed> {
  const { customer, lines, method, presence, promotion, isTaxed = false } = params;
  const subtotal = lines.reduce((sum, line) => sum + amountOf(line), 0);
  const intent = await chargeFirst(act, {
    customer,
    total: adjusted(subtotal, { promotion, isTaxed }).total,
    currency: lines[0]?.price.currency ?? '',
    method,
    presence,
    description: 'Subscription creation',
  });
  return isPaying(intent) ? { intent, subscription: await begin(act, params, intent) } : { intent };
}

async function begin(
  act: Act,
  { customer, lines, method, metadata, description, promotion, isTaxed }: NewSubscription,
  intent: Stripe.PaymentIntent | null,
): Promise<Stripe.Subscription> {
  const recurring = lines.filter(({ price }) => price.recurring !== null);
  const once = lines.filter(({ price }) => price.recurring === null);
  const made = newSubscription(
    {
      customer: customer.id,
      currency: lines[0]?.price.currency ?? '',
      lines: recurring,
      metadata,
      description,
      method: method.id,
      isTaxed,
    },
    act.now,
  );
  const period = periodOf(made);
  const items = await Promise.all(
    made.items.data.map(async (item) => periodLine(item, await productOf(act.records, item.price), period)),
  );
  const draft = await draftPaid(act, {
    subscription: made,
    customer,
    lines: [...items, ...once.map((line) => onceLine(line, made.id, period.start))],
    promotion,
    reason: 'subscription_create',
    period: { start: period.start, end: period.start },
  });
  const created = await createSubscription(act, { ...made, latest_invoice: draft.id });
  await finalizePaid(act, draft, intent);
  const before = await lockSubscription(act, created.id);
  return changeSubscription(act, { before, after: { ...before, status: 'active' } });
}
