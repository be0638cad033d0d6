import { describe, expect, test } from 'vitest';
import { stripeIntervalRule, toStripeRecurring } from '../../../src/stripe/wire/recurring.ts';
import type { Interval, IntervalUnit } from '../../../src/values/interval.ts';

const every = (count: number, unit: IntervalUnit): Interval => ({ unit, count });

describe('an interval that Stripe takes', () => {
  test.each([
    [every(14, 'DAY'), 'day', 14],
    [every(1, 'WEEK'), 'week', 1],
    [every(1, 'MONTH'), 'month', 1],
    [every(1, 'QUARTER'), 'month', 3],
    [every(2, 'SEMI_ANNUAL'), 'month', 12],
    [every(1, 'YEAR'), 'year', 1],
  ])('%o', (interval, unit, count) => {
    expect(toStripeRecurring(interval)).toEqual({ interval: unit, interval_count: count });
    expect(stripeIntervalRule(interval)).toBeUndefined();
  });

  test.each([
    every(1_095, 'DAY'),
    every(156, 'WEEK'),
    every(36, 'MONTH'),
    every(12, 'QUARTER'),
    every(6, 'SEMI_ANNUAL'),
    every(3, 'YEAR'),
  ])('is three years long at most: %o', (longest) => {
    expect(stripeIntervalRule(longest)).toBeUndefined();
    expect(stripeIntervalRule({ ...longest, count: longest.count + 1 })).toContain('three years at most');
  });

  test.each([every(60, 'MINUTE'), every(24, 'HOUR')])('is no time of a day: %o', (interval) => {
    expect(stripeIntervalRule(interval)).toContain('must be days, weeks, months or years');
  });
});
