import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundary, type Interval, periodAt } from '../../../../src/stripe/sandbox/billing/calendar.ts';

const seconds = (instant: string) => Date.parse(instant) / 1_000;
const instantOf = (at: number) => new Date(at * 1_000).toISOString().slice(0, 16);

/** The first boundaries after the anchor. */
function boundaries(anchor: string, interval: Interval, count = 4): string[] {
  return Array.from({ length: count }, (_, index) => instantOf(boundary(seconds(anchor), interval, index + 1)));
}

describe('the boundaries of periods', () => {
  test.each([
    [
      'of the 31st, on the last day of shorter months',
      '2026-01-31T10:30Z',
      'month',
      1,
      ['2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31'],
    ],
    [
      'of the 30th, before and after February',
      '2026-01-30T10:30Z',
      'month',
      1,
      ['2026-02-28', '2026-03-30', '2026-04-30', '2026-05-30'],
    ],
    ['of the 29th, in a leap year', '2028-01-29T10:30Z', 'month', 1, ['2028-02-29', '2028-03-29', '2028-04-29', '2028-05-29']],
    ['of three months', '2025-11-30T10:30Z', 'month', 3, ['2026-02-28', '2026-05-30', '2026-08-30', '2026-11-30']],
    ['of the years of a leap day', '2028-02-29T10:30Z', 'year', 1, ['2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29']],
    ['of weeks', '2026-02-25T10:30Z', 'week', 1, ['2026-03-04', '2026-03-11', '2026-03-18', '2026-03-25']],
    ['of days', '2026-02-27T10:30Z', 'day', 1, ['2026-02-28', '2026-03-01', '2026-03-02', '2026-03-03']],
  ] as const)('%s', (_title, anchor, unit, count, expected) => {
    expect(boundaries(anchor, { unit, count })).toEqual(expected.map((date) => `${date}T10:30`));
  });
});

const someInterval = fc.record({
  unit: fc.constantFrom('day' as const, 'week' as const, 'month' as const, 'year' as const),
  count: fc.integer({ min: 1, max: 36 }),
});
const someInstant = fc.integer({ min: seconds('2020-01-01T00:00Z'), max: seconds('2060-01-01T00:00Z') });

test('every instant is in exactly one period, and the next one begins where it ends', () => {
  fc.assert(
    fc.property(someInterval, someInstant, someInstant, (interval, anchor, at) => {
      const period = periodAt(anchor, interval, at);
      expect(period.start).toBeLessThanOrEqual(at);
      expect(period.end).toBeGreaterThan(at);
      expect(periodAt(anchor, interval, period.end).start).toBe(period.end);
      expect(periodAt(anchor, interval, period.start)).toEqual(period);
    }),
  );
});
