/** Opens a checkout, with the prices and products that it makes. */
import type Stripe from 'stripe';
import { stripeChargeRules } from '../../wire/charge-rules.ts';
import { fromStripeMinor, GREATEST_AMOUNT_MINOR, toStripeMinor } from '../../wire/minor-units.ts';
import { amountOf, newLineItem, type PricedLine } from '../objects/catalogue.ts';
import { type Checkout, type CheckoutParams, newCheckout } from '../objects/checkout.ts';
import { amountText } from '../wire/amount-text.ts';
import { refusedParam } from '../wire/api-error.ts';
import type { Act } from './act.ts';
import { namedCustomer } from './customers.ts';
import { type LineParams, pricedLine } from './prices.ts';

export interface OpenCheckoutParams extends CheckoutParams {
  readonly customer?: string | undefined;
  readonly line_items: readonly LineParams[];
}

/** @throws SandboxApiError where Stripe would refuse the amounts, or does not have the customer. */
export async function openCheckout(act: Act, params: OpenCheckoutParams): Promise<Checkout> {
  const { records, now, urlOf } = act;
  const priced: PricedLine[] = [];
  for (const [index, line] of params.line_items.entries()) priced.push(await pricedLine(act, line, `line_items[${index}]`));
  checkMode(params.mode, priced);
  const { currency, totalMinor } = addUp(params, priced);
  const customer = params.customer === undefined ? undefined : await namedCustomer(records, params.customer);
  if (customer === undefined && params.payment_intent_data.setup_future_usage !== undefined)
    throw refusedParam('payment_intent_data[setup_future_usage]', 'The sandbox saves a payment method only of a `customer`.');
  const lines: readonly Stripe.LineItem[] = priced.map(newLineItem);
  const checkout = newCheckout({ params, lines, totalMinor, currency, customer, urlOf, now });
  await records.put('checkout', checkout.session.id, checkout, new Date(checkout.session.expires_at * 1_000));
  return { ...checkout, intent: null };
}

/** A subscription needs a recurring price, all with one interval; a payment takes none. */
function checkMode(mode: CheckoutParams['mode'], priced: readonly PricedLine[]): void {
  const recurring = priced.flatMap(({ price }) => price.recurring ?? []);
  if (mode === 'payment' && recurring.length > 0)
    throw refusedParam('line_items', 'You specified `payment` mode but passed a recurring price. Use `subscription` mode.');
  if (mode === 'subscription' && recurring.length === 0)
    throw refusedParam('line_items', 'When `mode` is `subscription`, you must pass at least one recurring price.');
  const intervals = new Set(recurring.map(({ interval, interval_count }) => `${interval_count} ${interval}`));
  if (intervals.size > 1)
    throw refusedParam('line_items', 'Checkout does not support multiple prices with different billing intervals.');
}

function addUp({ line_items: lines }: OpenCheckoutParams, priced: readonly PricedLine[]) {
  const currency = priced[0]?.price.currency ?? '';
  let totalMinor = 0;
  for (const [index, line] of priced.entries()) {
    if (line.price.currency !== currency) {
      throw refusedParam(
        lines[index]?.price ? `line_items[${index}][price]` : `line_items[${index}][price_data][currency]`,
        `Line item ${index} is in \`${line.price.currency}\`, which does not match the first one's \`${currency}\`.`,
      );
    }
    totalMinor += amountOf(line);
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
