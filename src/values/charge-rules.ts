/**
 * What a payment provider can charge at once, as plain facts: so that what can be sold is known when a plan is made, and nobody
 * but the provider's adapter has to know the provider.
 */
import type { Decimal } from './decimal.ts';

/** Of one currency, in major units. */
export interface ChargeRule {
  /** Each amount must be a whole multiple of it: 1 yen, 0.01 dollars, 0.01 dinars. */
  readonly step: Decimal;
  /** The smallest total that is ever charged; a total of nothing is no charge. */
  readonly smallest: Decimal;
  /** The greatest total. */
  readonly largest: Decimal;
}

/** The rule of a currency; undefined where the provider does not take it. */
export type ChargeRules = (currency: string) => ChargeRule | undefined;
