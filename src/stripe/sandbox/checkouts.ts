/**
 * Opens and changes checkouts. Each change is one transaction that locks the checkout's row, so
 * that two clicks on Pay pay once, and that stores the events about it. An overdue checkout expires
 * before anything else reads it.
 */
import type Stripe from 'stripe';
import type { Database } from '../../database/database.ts';
import { stripeChargeRules } from '../wire/charge-rules.ts';
import { fromStripeMinor, GREATEST_AMOUNT_MINOR, stripeCounting, toStripeMinor } from '../wire/minor-units.ts';
import { amountText } from './amount-text.ts';
import { noSuch, refusedParam } from './api-error.ts';
import { type CheckoutRecord, newCheckout } from './checkout-record.ts';
import { type Change, expire, type Phase, phaseOf } from './checkout-steps.ts';
import { toUnixSeconds } from './object-id.ts';
import { newLineItem, newPrice, newProduct } from './objects.ts';
import { type Records, sandboxRecords } from './records.ts';
import type { SessionParams } from './request-schemas.ts';

export type Step = (checkout: CheckoutRecord, now: Date) => Change;

/** A checkout, and whether the requested step was taken. */
export interface Taken {
  readonly checkout: CheckoutRecord;
  readonly taken: boolean;
}

const EXPIRY_BATCH = 50;

/** The checkout, locked. It expires first if it is overdue. */
export async function findCheckout(records: Records, sessionId: string, now: Date): Promise<CheckoutRecord | undefined> {
  const checkout = await records.lockCheckout(sessionId);
  if (checkout === undefined || phaseOf(checkout) !== 'open' || checkout.session.expires_at > toUnixSeconds(now)) return checkout;
  return applyChange(records, expire(checkout), now);
}

/**
 * Takes the step if the checkout is in the phase `from`. @returns undefined where the checkout does
 * not exist.
 */
export async function takeStep(
  records: Records,
  sessionId: string,
  from: Phase,
  step: Step,
  now: Date,
): Promise<Taken | undefined> {
  const checkout = await findCheckout(records, sessionId, now);
  if (checkout === undefined) return undefined;
  if (phaseOf(checkout) !== from) return { checkout, taken: false };
  return { checkout: await applyChange(records, step(checkout, now), now), taken: true };
}

/** Expires overdue checkouts, one batch in each transaction. */
export async function expireDueCheckouts(database: Database, now: Date): Promise<void> {
  let expired: number;
  do {
    expired = await database.transaction(async (transaction) => {
      const records = sandboxRecords(transaction);
      const due = await records.lockExpiredCheckouts(now, EXPIRY_BATCH);
      for (const checkout of due) await applyChange(records, expire(checkout), now);
      return due.length;
    });
  } while (expired === EXPIRY_BATCH);
}

/** @throws SandboxApiError where Stripe would refuse the amounts, or does not have the customer. */
export async function openCheckout(
  records: Records,
  params: SessionParams,
  urlOf: (sessionId: string) => string,
  now: Date,
): Promise<CheckoutRecord> {
  const { currency, totalMinor } = addUp(params);
  const customer = params.customer === undefined ? undefined : await records.find('customer', params.customer);
  if (params.customer !== undefined && customer === undefined) throw noSuch('customer', params.customer, 'customer');

  const lines: Stripe.LineItem[] = [];
  for (const line of params.line_items) {
    const product = newProduct(line.price_data.product_data, toUnixSeconds(now));
    const price = newPrice(line.price_data, product, toUnixSeconds(now));
    await records.put('product', product.id, product);
    await records.put('price', price.id, price);
    lines.push(newLineItem(line, price));
  }
  const checkout = newCheckout({ params, lines, totalMinor, currency, customer, urlOf, now });
  await records.put('checkout', checkout.session.id, checkout, new Date(checkout.session.expires_at * 1_000));
  return checkout;
}

async function applyChange(records: Records, { checkout, events }: Change, now: Date): Promise<CheckoutRecord> {
  const { session } = checkout;
  const expiresAt = session.status === 'open' ? new Date(session.expires_at * 1_000) : undefined;
  await records.put('checkout', session.id, checkout, expiresAt);
  for (const event of events) await records.addEvent(event, now);
  return checkout;
}

function addUp({ line_items: lines }: SessionParams): { currency: string; totalMinor: number } {
  const currency = lines[0]?.price_data.currency ?? '';
  let totalMinor = 0;
  for (const [index, { price_data: price, quantity }] of lines.entries()) {
    const param = (name: string) => `line_items[${index}][price_data][${name}]`;
    const counting = stripeCounting(price.currency);
    if (counting === undefined) throw refusedParam(param('currency'), `Invalid currency: ${price.currency}`);
    if (price.currency !== currency) {
      throw refusedParam(
        param('currency'),
        `Line item ${index} is in \`${price.currency}\`, which does not match the first one's \`${currency}\`.`,
      );
    }
    if (price.unit_amount % counting.stepMinor !== 0) {
      throw refusedParam(param('unit_amount'), `Invalid unit_amount: ${currency} must be a multiple of ${counting.stepMinor}.`);
    }
    totalMinor += price.unit_amount * quantity;
  }
  if (totalMinor > GREATEST_AMOUNT_MINOR) {
    throw refusedParam(
      'line_items',
      `The Checkout Session's total amount must be at most ${GREATEST_AMOUNT_MINOR} minor units.`,
      'amount_too_large',
    );
  }
  if (totalMinor <= 0)
    throw refusedParam('line_items', "The Checkout Session's total amount must be above zero.", 'amount_too_small');
  const smallest = stripeChargeRules(currency)?.smallest ?? 0n;
  if (fromStripeMinor(totalMinor, currency).amount < smallest) {
    const words = amountText(Number(toStripeMinor({ amount: smallest, currency })), currency);
    throw refusedParam(
      'line_items',
      `The Checkout Session's total amount due must add up to at least ${words} ${currency}`,
      'amount_too_small',
    );
  }
  return { currency, totalMinor };
}
