/** Opens a checkout, with the prices and products that it makes. */
import type Stripe from 'stripe';
import { stripeChargeRules } from '../../wire/charge-rules.ts';
import { fromStripeMinor, GREATEST_AMOUNT_MINOR, stripeCounting, toStripeMinor } from '../../wire/minor-units.ts';
import { type LineParams, newLineItem, newPrice, newProduct } from '../objects/catalogue.ts';
import { type Checkout, type CheckoutParams, newCheckout } from '../objects/checkout.ts';
import { amountText } from '../wire/amount-text.ts';
import { refusedParam } from '../wire/api-error.ts';
import { toUnixSeconds } from '../wire/object-id.ts';
import type { Act } from './act.ts';
import { namedCustomer } from './customers.ts';

export interface OpenCheckoutParams extends CheckoutParams {
  readonly customer?: string | undefined;
  readonly line_items: readonly LineParams[];
}

/** @throws SandboxApiError where Stripe would refuse the amounts, or does not have the customer. */
export async function openCheckout({ records, now, urlOf }: Act, params: OpenCheckoutParams): Promise<Checkout> {
  const { currency, totalMinor } = addUp(params);
  const customer = params.customer === undefined ? undefined : await namedCustomer(records, params.customer);

  if (customer === undefined && params.payment_intent_data.setup_future_usage !== undefined)
    throw refusedParam('payment_intent_data[setup_future_usage]', 'The sandbox saves a payment method only of a `customer`.');

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
  return { ...checkout, intent: null };
}

function addUp({ line_items: lines }: OpenCheckoutParams): { currency: string; totalMinor: number } {
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
