/**
 * The amounts that a payment provider can charge in one payment. The provider's adapter fills the
 * rules in, so that a plan with a price that cannot be charged is refused when it is made.
 */
import type { Decimal } from '../../values/decimal.ts';
import type { Interval } from '../../values/interval.ts';

/** The rule of one currency. Amounts are in major units. */
export interface ChargeRule {
  /** Each amount must be a whole multiple of it: 1 yen, 0.01 dollars, 0.01 dinars. */
  readonly step: Decimal;
  /** The smallest total that can be charged. A total of zero is never charged. */
  readonly smallest: Decimal;
  /** The largest total that can be charged. */
  readonly largest: Decimal;
}

/** The rule of a currency; undefined where the provider does not accept the currency. */
export type ChargeRules = (currency: string) => ChargeRule | undefined;

/**
 * Says why the provider cannot charge a price again and again at this interval; undefined where it
 * can.
 */
export type IntervalRule = (interval: Interval) => string | undefined;
