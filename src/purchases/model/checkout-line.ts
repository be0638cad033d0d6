/** Who pays, and for what: what all ways of paying ask of the provider. */
import { type Decimal, times } from '../../values/decimal.ts';
import type { Interval } from '../../values/interval.ts';
import type { Money } from '../../values/money.ts';

/** The customer who pays, as the provider knows it. */
export interface Payer {
  readonly customerId: string;
  readonly customerName: string | null;
  readonly customerEmail: string | null;
}

export interface CheckoutLine {
  readonly description: string;
  /** The price of one unit, in major units. */
  readonly unitAmount: Money;
  /** A whole number above zero. */
  readonly units: number;
  /** Set where the line is charged again each interval. */
  readonly recurring?: RecurringTerms | undefined;
}

/** What a line of a payment page renews. */
export interface RecurringTerms {
  readonly interval: Interval;
  /** The feature of which the line sells units; null for the plan's own price and flat fees. */
  readonly featureId: string | null;
  /** How many units of the feature one of the line's `units` gives. */
  readonly perUnit: Decimal;
}

/** The lines that are charged again and again. */
export function recurringIn(lines: readonly CheckoutLine[]): readonly CheckoutLine[] {
  return lines.filter((line) => line.recurring !== undefined);
}

/** What the lines that recur come to each time. */
export function costOfRenewal(lines: readonly CheckoutLine[]): Decimal {
  return recurringIn(lines).reduce((sum, { unitAmount, units }) => sum + times(unitAmount.amount, BigInt(units)), 0n);
}
