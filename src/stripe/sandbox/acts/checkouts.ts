/**
 * Finds and changes checkouts. Each change is one transaction that locks the checkout's row, so
 * that two clicks on Pay pay once, and that stores the events about it. An overdue checkout expires
 * before anything else reads it.
 */
import type Stripe from 'stripe';
import type { Database } from '../../../database/database.ts';
import type { Checkout, CheckoutRecord } from '../objects/checkout.ts';
import { intentIdOf } from '../objects/invoice-payment.ts';
import { type Records, sandboxRecords } from '../store/records.ts';
import { toUnixSeconds } from '../wire/object-id.ts';
import type { Act } from './act.ts';
import { expire, type Phase, phaseOf, type Step } from './checkout-steps.ts';

/** A checkout, and whether the requested step was taken. */
export interface Taken {
  readonly checkout: Checkout;
  readonly taken: boolean;
}

const EXPIRY_BATCH = 50;

/** The checkout, locked. It expires first if it is overdue. */
export async function findCheckout(act: Act, sessionId: string): Promise<Checkout | undefined> {
  const record = await act.records.lock('checkout', sessionId);
  if (record === undefined) return undefined;
  const checkout = await withIntent(act.records, record);
  const isOverdue = phaseOf(checkout) === 'open' && checkout.session.expires_at <= toUnixSeconds(act.now);
  return isOverdue ? expire(act, checkout) : checkout;
}

/**
 * Takes the step if the checkout is in the phase `from`. @returns undefined where the checkout does
 * not exist.
 */
export async function takeStep(act: Act, sessionId: string, from: Phase, step: Step): Promise<Taken | undefined> {
  const checkout = await findCheckout(act, sessionId);
  if (checkout === undefined) return undefined;
  if (phaseOf(checkout) !== from) return { checkout, taken: false };
  return { checkout: await step(act, checkout), taken: true };
}

/** Expires overdue checkouts, one batch in each transaction. */
export async function expireDueCheckouts(database: Database, { now, urlOf }: Pick<Act, 'now' | 'urlOf'>): Promise<void> {
  let expired: number;
  do {
    expired = await database.transaction(async (transaction) => {
      const records = sandboxRecords(transaction);
      const due = await records.lockDue('checkout', now, EXPIRY_BATCH);
      for (const record of due) await expire({ records, now, urlOf }, await withIntent(records, record));
      return due.length;
    });
  } while (expired === EXPIRY_BATCH);
}

/** The checkout's row is locked before its payment intent's, everywhere. */
async function withIntent(records: Records, record: CheckoutRecord): Promise<Checkout> {
  const intentId = record.session.payment_intent ?? (await firstPaymentOf(records, record.session));
  const intent: Stripe.PaymentIntent | undefined =
    typeof intentId === 'string' ? await records.lock('payment_intent', intentId) : undefined;
  return { ...record, intent: intent ?? null };
}

/** The payment intent of a subscription's first invoice, which the session does not name. */
async function firstPaymentOf(records: Records, { invoice }: Stripe.Checkout.Session): Promise<string | undefined> {
  if (invoice === null) return undefined;
  const [payment] = await records.list('invoice_payment', { where: { invoice, is_default: true }, limit: 1 });
  return payment && intentIdOf(payment);
}
