/**
 * How often Stripe can charge a subscription: every so many days, weeks, months or years, and at
 * least once in three years.
 *
 * Source: https://docs.stripe.com/api/prices/create, `recurring.interval_count`: "Maximum of three
 * years interval allowed (3 years, 36 months, or 156 weeks)". Three years of days are 1,095.
 */
import type { IntervalRule } from '../../purchases/model/charge-rules.ts';
import { formatInterval, type Interval, type IntervalUnit } from '../../values/interval.ts';

/** What a price's `recurring` takes. */
export interface StripeRecurring {
  readonly interval: 'day' | 'week' | 'month' | 'year';
  readonly interval_count: number;
}

const UNITS: Partial<Readonly<Record<IntervalUnit, { readonly interval: StripeRecurring['interval']; readonly times: number }>>> =
  {
    DAY: { interval: 'day', times: 1 },
    WEEK: { interval: 'week', times: 1 },
    MONTH: { interval: 'month', times: 1 },
    QUARTER: { interval: 'month', times: 3 },
    SEMI_ANNUAL: { interval: 'month', times: 6 },
    YEAR: { interval: 'year', times: 1 },
  };

const MOST: Readonly<Record<StripeRecurring['interval'], number>> = { day: 1_095, week: 156, month: 36, year: 3 };

/** The interval as Stripe takes it; undefined where it does not. */
export function toStripeRecurring({ unit, count }: Interval): StripeRecurring | undefined {
  const found = UNITS[unit];
  if (!found) return undefined;
  const recurring = { interval: found.interval, interval_count: found.times * count };
  return recurring.interval_count <= MOST[recurring.interval] ? recurring : undefined;
}

export const stripeIntervalRule: IntervalRule = (interval) => {
  if (toStripeRecurring(interval)) return undefined;
  const given = formatInterval(interval);
  return `must be days, weeks, months or years, three years at most: the payment provider does not charge every ${given}`;
};
