/**
 * How Stripe counts money: in whole minor units, with its own number of decimal places for each
 * currency, which is not always that of ISO 4217.
 *
 * Source: https://docs.stripe.com/currencies, "Minor units in API amounts", "Zero-decimal
 * currencies", "Three-decimal currencies" and "Special cases":
 * - Zero-decimal currencies count in whole units. The ariary (MGA) is one, although ISO gives it
 *   two places.
 * - The last of three decimals must be 0, because the payment networks behind Stripe take two.
 * - ISK and UGX have no decimals, and are sent with two that must be 00, as they once had them.
 *
 * Refuses what Stripe would refuse. Never rounds.
 */

import { PaymentRefusedError } from '../../purchases/model/provider.ts';
import { formatDecimal, fromMinorUnits, toMinorUnits } from '../../values/decimal.ts';
import { currencyPlaces, formatMoney, type Money } from '../../values/money.ts';

interface Counting {
  readonly places: number;
  /** Amounts must be whole multiples of this. */
  readonly stepMinor: number;
}

/**
 * The largest amount in Stripe's documentation, in minor units: twelve digits by card. Stripe does
 * not offer payment methods that take less.
 */
export const GREATEST_AMOUNT_MINOR = 999_999_999_999;

const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '));
const WHOLE_WITH_TWO_PLACES = new Set('isk ugx'.split(' '));

/** How Stripe counts the currency; undefined for a code that is no currency. */
export function stripeCounting(currency: string): Counting | undefined {
  if (currencyPlaces(currency) === undefined) return undefined;
  if (ZERO_DECIMAL.has(currency)) return { places: 0, stepMinor: 1 };
  if (THREE_DECIMAL.has(currency)) return { places: 3, stepMinor: 10 };
  if (WHOLE_WITH_TWO_PLACES.has(currency)) return { places: 2, stepMinor: 100 };
  return { places: 2, stepMinor: 1 };
}

/** @throws PaymentRefusedError where Stripe cannot charge exactly this. */
export function toStripeMinor(money: Money): number {
  const counting = stripeCounting(money.currency);
  if (counting === undefined) throw new PaymentRefusedError(`Stripe does not know the currency "${money.currency}".`);
  const minor = toMinorUnits(money.amount, counting.places);
  const { stepMinor } = counting;
  if (minor === undefined || minor % BigInt(stepMinor) !== 0n) {
    const step = formatDecimal(fromMinorUnits(BigInt(stepMinor), counting.places));
    throw new PaymentRefusedError(
      `Stripe charges ${money.currency} in steps of ${step}, so it cannot charge ${formatMoney(money)}.`,
    );
  }
  if (minor < 0n || minor > BigInt(GREATEST_AMOUNT_MINOR)) {
    throw new PaymentRefusedError(`Stripe cannot charge ${formatMoney(money)} at once.`);
  }
  return Number(minor);
}

/** @throws Error for a currency that Brim does not know. */
export function fromStripeMinor(amountMinor: number, currency: string): Money {
  const counting = stripeCounting(currency);
  if (counting === undefined) throw new Error(`Stripe answered with the unknown currency "${currency}".`);
  return { amount: fromMinorUnits(BigInt(amountMinor), counting.places), currency };
}
