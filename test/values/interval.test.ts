import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addInterval, boundariesUntil, INTERVAL_UNITS, type IntervalUnit, nominalDays } from '../../src/values/interval.ts';

const at = (text: string) => new Date(text);
const add = (start: string, unit: IntervalUnit, count = 1, times?: number) =>
  addInterval(at(start), { unit, count }, times).toISOString();

describe('every unit', () => {
  test.each<[IntervalUnit, string]>([
    ['MINUTE', '2026-01-15T10:31:15.123Z'],
    ['HOUR', '2026-01-15T11:30:15.123Z'],
    ['DAY', '2026-01-16T10:30:15.123Z'],
    ['WEEK', '2026-01-22T10:30:15.123Z'],
    ['MONTH', '2026-02-15T10:30:15.123Z'],
    ['QUARTER', '2026-04-15T10:30:15.123Z'],
    ['SEMI_ANNUAL', '2026-07-15T10:30:15.123Z'],
    ['YEAR', '2027-01-15T10:30:15.123Z'],
  ])('one %s after 15 January 2026, 10:30:15.123', (unit, expected) => {
    expect(add('2026-01-15T10:30:15.123Z', unit)).toBe(expected);
  });

  test('is in the table above', () => {
    expect(INTERVAL_UNITS).toHaveLength(8);
  });

  test('counts: 90 minutes, 36 hours, 14 days, 18 months', () => {
    expect(add('2026-01-15T10:30:00Z', 'MINUTE', 90)).toBe('2026-01-15T12:00:00.000Z');
    expect(add('2026-01-15T10:30:00Z', 'HOUR', 36)).toBe('2026-01-16T22:30:00.000Z');
    expect(add('2026-01-15T10:30:00Z', 'DAY', 14)).toBe('2026-01-29T10:30:00.000Z');
    expect(add('2026-01-15T10:30:00Z', 'MONTH', 18)).toBe('2027-07-15T10:30:00.000Z');
  });
});

describe('a month without the day ends on its last', () => {
  test.each<[string, IntervalUnit, string]>([
    ['2026-01-31T08:00:00Z', 'MONTH', '2026-02-28T08:00:00.000Z'],
    ['2028-01-31T08:00:00Z', 'MONTH', '2028-02-29T08:00:00.000Z'],
    ['2026-03-31T08:00:00Z', 'MONTH', '2026-04-30T08:00:00.000Z'],
    ['2026-12-31T08:00:00Z', 'MONTH', '2027-01-31T08:00:00.000Z'],
    ['2025-11-30T08:00:00Z', 'QUARTER', '2026-02-28T08:00:00.000Z'],
    ['2026-08-31T08:00:00Z', 'SEMI_ANNUAL', '2027-02-28T08:00:00.000Z'],
    ['2028-02-29T08:00:00Z', 'YEAR', '2029-02-28T08:00:00.000Z'],
  ])('%s and a %s is %s', (start, unit, expected) => {
    expect(add(start, unit)).toBe(expected);
  });

  test('a century is no leap year unless 400 divides it', () => {
    expect(add('2100-01-31T00:00:00Z', 'MONTH')).toBe('2100-02-28T00:00:00.000Z');
    expect(add('2000-01-31T00:00:00Z', 'MONTH')).toBe('2000-02-29T00:00:00.000Z');
  });
});

describe('boundaries are counted from the anchor', () => {
  test('31 January, monthly: 28 February, 31 March, 30 April, …, 31 January', () => {
    const boundaries = [1, 2, 3, 12, 13].map((times) => add('2026-01-31T00:00:00Z', 'MONTH', 1, times).slice(0, 10));
    expect(boundaries).toEqual(['2026-02-28', '2026-03-31', '2026-04-30', '2027-01-31', '2027-02-28']);
  });

  test('counting from a clamped boundary would lose the day', () => {
    expect(add(add('2026-01-31T00:00:00Z', 'MONTH'), 'MONTH').slice(0, 10)).toBe('2026-03-28');
  });

  test('29 February, yearly, comes back in the next leap year', () => {
    const boundaries = [1, 2, 3, 4].map((times) => add('2028-02-29T00:00:00Z', 'YEAR', 1, times).slice(0, 10));
    expect(boundaries).toEqual(['2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29']);
  });
});

test('the start is not changed', () => {
  const start = at('2026-01-31T00:00:00Z');
  addInterval(start, { unit: 'MONTH', count: 1 });
  expect(start).toEqual(at('2026-01-31T00:00:00Z'));
});

test('the longest interval ends at an instant that can be written', () => {
  expect(add('2026-02-28T00:00:00Z', 'YEAR', 1_000)).toBe('3026-02-28T00:00:00.000Z');
});

describe('nominal days, for comparing intervals', () => {
  test.each<[IntervalUnit, number]>([
    ['HOUR', 1 / 24],
    ['DAY', 1],
    ['WEEK', 7],
    ['MONTH', 30],
    ['QUARTER', 90],
    ['SEMI_ANNUAL', 180],
    ['YEAR', 365],
  ])('one %s is %d', (unit, days) => {
    expect(nominalDays({ unit, count: 1 })).toBe(days);
  });

  test('each unit is longer than the one before it', () => {
    const days = INTERVAL_UNITS.map((unit) => nominalDays({ unit, count: 1 }));
    expect(days).toEqual(days.toSorted((a, b) => a - b));
    expect(new Set(days).size).toBe(INTERVAL_UNITS.length);
  });

  test('a count multiplies', () => {
    expect(nominalDays({ unit: 'MONTH', count: 3 })).toBe(nominalDays({ unit: 'QUARTER', count: 1 }));
    expect(nominalDays({ unit: 'MINUTE', count: 1_440 })).toBe(1);
  });
});

describe('across a change to or from summer time', () => {
  test.each<[string, IntervalUnit, string]>([
    ['2026-03-28T01:30:00Z', 'DAY', '2026-03-29T01:30:00.000Z'],
    ['2026-03-29T00:59:00Z', 'MINUTE', '2026-03-29T01:00:00.000Z'],
    ['2026-10-24T01:30:00Z', 'DAY', '2026-10-25T01:30:00.000Z'],
    ['2026-02-28T23:30:00Z', 'MONTH', '2026-03-28T23:30:00.000Z'],
    ['2026-01-31T23:30:00Z', 'QUARTER', '2026-04-30T23:30:00.000Z'],
    ['2026-03-08T06:59:59Z', 'WEEK', '2026-03-15T06:59:59.000Z'],
  ])('%s and a %s is %s in every time zone of the server: days are of UTC', (start, unit, expected) => {
    const zone = process.env['TZ'];
    try {
      for (const place of ['Europe/Berlin', 'America/New_York', 'Pacific/Auckland', 'UTC']) {
        process.env['TZ'] = place;
        expect(add(start, unit)).toBe(expected);
        expect(boundariesUntil(at(start), { unit, count: 1 }, at(expected))).toBe(1);
      }
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });
});

describe('the number of boundaries until an instant', () => {
  const count = (anchor: string, unit: IntervalUnit, times: number, until: string) =>
    boundariesUntil(at(anchor), { unit, count: times }, at(until));

  test.each<[string, IntervalUnit, number, string, number]>([
    ['2026-01-31T12:00:00Z', 'MINUTE', 90, '2026-01-31T15:00:00Z', 2],
    ['2026-01-31T12:00:00Z', 'HOUR', 36, '2026-02-03T11:59:59.999Z', 1],
    ['2026-01-31T12:00:00Z', 'DAY', 14, '2026-03-01T12:00:00Z', 2],
    ['2026-01-31T12:00:00Z', 'WEEK', 1, '2027-01-31T12:00:00Z', 52],
    ['2026-01-31T12:00:00Z', 'MONTH', 1, '2026-02-28T12:00:00Z', 1],
    ['2026-01-31T12:00:00Z', 'MONTH', 1, '2026-03-30T12:00:00Z', 1],
    ['2026-01-31T12:00:00Z', 'MONTH', 1, '2026-03-31T12:00:00Z', 2],
    ['2026-01-31T12:00:00Z', 'MONTH', 5, '2026-11-30T12:00:00Z', 2],
    ['2028-01-31T00:00:00Z', 'MONTH', 1, '2028-02-28T23:59:59.999Z', 0],
    ['2028-01-31T00:00:00Z', 'MONTH', 1, '2028-02-29T00:00:00Z', 1],
    ['2026-11-30T00:00:00Z', 'QUARTER', 1, '2027-02-28T00:00:00Z', 1],
    ['2026-08-31T00:00:00Z', 'SEMI_ANNUAL', 1, '2027-02-27T23:59:59.999Z', 0],
    ['2028-02-29T00:00:00Z', 'YEAR', 1, '2031-02-28T00:00:00Z', 3],
    ['2028-02-29T00:00:00Z', 'YEAR', 1, '2032-02-28T00:00:00Z', 3],
    ['2028-02-29T00:00:00Z', 'YEAR', 1, '2032-02-29T00:00:00Z', 4],
  ])('from %s, every %s × %d, until %s: %d', (anchor, unit, times, until, expected) => {
    expect(count(anchor, unit, times, until)).toBe(expected);
  });

  test('is 0 at the anchor and before it', () => {
    for (const unit of INTERVAL_UNITS) {
      expect(count('2026-01-31T12:00:00Z', unit, 1, '2026-01-31T12:00:00Z')).toBe(0);
      expect(count('2026-01-31T12:00:00Z', unit, 1, '2020-01-01T00:00:00Z')).toBe(0);
    }
  });

  test('is the number of the last boundary that has passed', () => {
    const instant = fc.date({ min: at('1999-12-31T00:00:00Z'), max: at('2104-03-01T00:00:00Z'), noInvalidDate: true });
    const length = fc.record({ unit: fc.constantFrom(...INTERVAL_UNITS), count: fc.integer({ min: 1, max: 1_000 }) });
    const property = fc.property(instant, instant, length, (one, other, interval) => {
      const [anchor, until] = one <= other ? [one, other] : [other, one];
      const number = boundariesUntil(anchor, interval, until);
      expect(addInterval(anchor, interval, number).getTime()).toBeLessThanOrEqual(until.getTime());
      expect(addInterval(anchor, interval, number + 1).getTime()).toBeGreaterThan(until.getTime());
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  test('counts a boundary at its very instant, and not a millisecond earlier', () => {
    const lastDays = fc.integer({ min: 27, max: 31 }).map((day) => new Date(Date.UTC(2026, 0, day, 23, 59)));
    const length = fc.record({ unit: fc.constantFrom(...INTERVAL_UNITS), count: fc.integer({ min: 1, max: 30 }) });
    const property = fc.property(lastDays, length, fc.integer({ min: 1, max: 200 }), (anchor, interval, number) => {
      const boundary = addInterval(anchor, interval, number);
      expect(boundariesUntil(anchor, interval, boundary)).toBe(number);
      expect(boundariesUntil(anchor, interval, new Date(boundary.getTime() - 1))).toBe(number - 1);
    });
    fc.assert(property, { numRuns: 2_000 });
  });
});
