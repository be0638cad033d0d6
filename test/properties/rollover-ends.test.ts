import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ZERO } from '../../src/values/decimal.ts';
import { addInterval, INTERVAL_UNITS, type Interval } from '../../src/values/interval.ts';
import { grantsIn, live, liveOn } from '../ledger/account.ts';
import { monthly } from '../ledger/postings.ts';
import { runs } from './seed.ts';

const CALENDAR_UNITS: readonly Interval['unit'][] = ['MONTH', 'QUARTER', 'SEMI_ANNUAL', 'YEAR'];
const MONTHS: Partial<Record<Interval['unit'], number>> = { MONTH: 1, QUARTER: 3, SEMI_ANNUAL: 6, YEAR: 12 };

const instants = fc.date({ min: new Date('1999-01-01'), max: new Date('2101-01-01'), noInvalidDate: true });
const intervals = fc.record({ unit: fc.constantFrom(...INTERVAL_UNITS), count: fc.integer({ min: 1, max: 30 }) });

/** What is rolled over at the `number`th boundary, read from the rules themselves. */
function carriedAt(anchor: Date, reset: Interval, expiresAfter: Interval, number: number) {
  const rollover = { max: null, maxPercentage: null, expiresAfter };
  const { state } = live([anchor.toISOString(), monthly('g', '10', { reset, rollover, origin: 'INCLUDED' })]);
  const { state: after } = liveOn(state, [addInterval(anchor, reset, number).toISOString()]);
  return grantsIn(after).find(({ origin, remaining }) => origin === 'ROLLED_OVER' && remaining > ZERO);
}

test('what is carried for one more period ends exactly with that period, in months of every length', () => {
  fc.assert(
    fc.property(instants, intervals, fc.integer({ min: 1, max: 40 }), (anchor, reset, number) => {
      const carried = carriedAt(anchor, reset, reset, number);
      expect(carried?.expiresAt).toEqual(addInterval(anchor, reset, number + 1));
    }),
    runs(300),
  );
});

test('lengths of the calendar are counted from the anchor together: its day comes back after a short month', () => {
  fc.assert(
    fc.property(
      instants,
      intervals.filter(({ unit }) => CALENDAR_UNITS.includes(unit)),
      intervals.filter(({ unit }) => CALENDAR_UNITS.includes(unit)),
      fc.integer({ min: 1, max: 40 }),
      (anchor, reset, expiresAfter, number) => {
        const months = (each: Interval) => (MONTHS[each.unit] ?? 0) * each.count;
        const total = months(reset) * number + months(expiresAfter);
        const end = carriedAt(anchor, reset, expiresAfter, number)?.expiresAt;
        const lastDay = new Date(Date.UTC(anchor.getUTCFullYear(), anchor.getUTCMonth() + total + 1, 0)).getUTCDate();
        expect(end?.getUTCDate()).toBe(Math.min(anchor.getUTCDate(), lastDay));
        const passed =
          ((end?.getUTCFullYear() ?? 0) - anchor.getUTCFullYear()) * 12 + (end?.getUTCMonth() ?? 0) - anchor.getUTCMonth();
        expect(passed).toBe(total);
      },
    ),
    runs(300),
  );
});
