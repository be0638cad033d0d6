/**
 * How Stripe counts money: whole minor units, with its own number of decimal places per currency, which is not always
 * ISO 4217's.
 *
 * Source: https://docs.stripe.com/currencies, "Minor units in API amounts", "Zero-decimal currencies", "Three-decimal
 * currencies" and "Special cases":
 * - the zero-decimal ones are counted in whole units, and the ariary (MGA) is one of them, although ISO gives it two places;
 * - of three decimals the last must be 0, because the payment networks behind Stripe take two;
 * - ISK and UGX have no decimals, yet are sent with two, which must be 00, for compatibility with what they once were.
 *
 * Refuses what Stripe would refuse. Never rounds: a price is charged exactly, or not at all.
 */

import { PaymentRefusedError } from '../../purchases/model/provider.ts';
import { formatDecimal, fromMinorUnits, toMinorUnits } from '../../values/decimal.ts';
import { currencyPlaces, formatMoney, type Money } from '../../values/money.ts';

interface Counting {
  readonly places: number;
  /** Amounts must be whole multiples of so many minor units. */
  readonly stepMinor: number;
}

/**
 * Stripe's documented greatest amount, in minor units: twelve digits by card. Some other payment methods take less; those are not
 * offered on a page that asks for more.
 */
export const GREATEST_AMOUNT_MINOR = 999_999_999_999;

const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '));
const WHOLE_WITH_TWO_PLACES = new Set('isk ugx'.split(' '));

/** How Stripe counts the currency, or undefined for a code that is none. */
export function stripeCounting(currency: string): Counting | undefined {
  if (currencyPlaces(currency) === undefined) return undefined;
  if (ZERO_DECIMAL.has(currency)) return { places: 0, stepMinor: 1 };
  if (THREE_DECIMAL.has(currency)) return { places: 3, stepMinor: 10 };
  if (WHOLE_WITH_TWO_PLACES.has(currency)) return { places: 2, stepMinor: 100 };
  return { places: 2, stepMinor: 1 };
}

/** @throws PaymentRefusedError where Stripe cannot be asked for exactly this. */
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

/** @throws Error for a currency that is none: Stripe has answered in something that Brim cannot count. */
export function fromStripeMinor(amountMinor: number, currency: string): Money {
  const counting = stripeCounting(currency);
  if (counting === undefined) throw new Error(`Stripe answered with the unknown currency "${currency}".`);
  return { amount: fromMinorUnits(BigInt(amountMinor), counting.places), currency };
}
