import { expect, test } from 'vitest';
import { windowAt } from '../../src/values/calendar-window.ts';
import type { IntervalUnit } from '../../src/values/interval.ts';

// A Saturday.
const AT = new Date('2026-02-28T23:59:59.999Z');

test.each<[unit: IntervalUnit, count: number, start: string, end: string]>([
  ['MINUTE', 1, '2026-02-28T23:59', '2026-03-01T00:00'],
  ['MINUTE', 15, '2026-02-28T23:45', '2026-03-01T00:00'],
  ['HOUR', 6, '2026-02-28T18:00', '2026-03-01T00:00'],
  ['DAY', 1, '2026-02-28T00:00', '2026-03-01T00:00'],
  ['WEEK', 1, '2026-02-23T00:00', '2026-03-02T00:00'],
  ['MONTH', 1, '2026-02-01T00:00', '2026-03-01T00:00'],
  ['MONTH', 2, '2026-01-01T00:00', '2026-03-01T00:00'],
  ['QUARTER', 1, '2026-01-01T00:00', '2026-04-01T00:00'],
  ['SEMI_ANNUAL', 1, '2026-01-01T00:00', '2026-07-01T00:00'],
  ['YEAR', 1, '2026-01-01T00:00', '2027-01-01T00:00'],
])('a window of %s × %d follows the calendar, and the next one begins where it ends', (unit, count, start, end) => {
  const per = { unit, count };
  const window = { start: new Date(`${start}Z`), end: new Date(`${end}Z`) };
  expect(windowAt(per, AT)).toEqual(window);
  expect(windowAt(per, window.start)).toEqual(window);
  expect(windowAt(per, window.end).start).toEqual(window.end);
});
