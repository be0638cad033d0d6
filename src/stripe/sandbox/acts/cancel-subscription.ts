/** Cancels a subscription now. */
import type Stripe from 'stripe';
import { toUnixSeconds } from '../wire/object-id.ts';
import type { Act } from './act.ts';
import { namedCustomer } from './customers.ts';
import { draftPaid, finalizePaid } from './invoice-now.ts';
import { creditLines } from './planned-change.ts';
import { endSubscription } from './write-subscription.ts';

export interface Cancellation {
  /** Gives back what is left of the period, to the customer's balance. */
  readonly prorate: boolean;
  /** Makes the invoice of the credit now; false: the credit is lost, as no invoice follows. */
  readonly invoiceNow: boolean;
}

export async function cancelSubscription(
  act: Act,
  before: Stripe.Subscription,
  { prorate, invoiceNow }: Cancellation,
): Promise<Stripe.Subscription> {
  if (!prorate || !invoiceNow) return endSubscription(act, before, 'cancellation_requested');
  const customer = await namedCustomer(act.records, String(before.customer));
  const now = toUnixSeconds(act.now);
  const lines = await creditLines(act, before, now);
  const period = { start: now, end: now };
  const draft = await draftPaid(act, { subscription: before, customer, lines, reason: 'subscription_update', period });
  await finalizePaid(act, draft, null);
  return endSubscription(act, { ...before, latest_invoice: draft.id }, 'cancellation_requested');
}
