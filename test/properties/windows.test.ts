/**
 * Windows in time zones, compared with what the zones' own clocks show at their beginnings and
 * ends. The clocks are read by Intl as text; the windows are computed as instants.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { windowAt } from '../../src/values/calendar-window.ts';
import { runs, seed } from './seed.ts';

const MINUTE_MS = 60_000;
/** Offsets of half and quarter hours; clocks that change at midnight, by half an hour, or a day. */
const ZONES = [
  ...['Europe/Berlin', 'America/New_York', 'Australia/Sydney', 'Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe'],
  ...['America/Sao_Paulo', 'America/Havana', 'Asia/Beirut', 'Africa/Casablanca', 'Pacific/Apia', 'Pacific/Chatham'],
  ...['America/St_Johns', 'America/Asuncion', 'Pacific/Kiritimati', 'Etc/GMT+12', 'UTC'],
];
const [FROM, TO] = [Date.UTC(2005, 0), Date.UTC(2040, 0)];

const numbers = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
} as const;
const clocks = new Map(
  ZONES.map((timeZone) => [
    timeZone,
    {
      full: new Intl.DateTimeFormat('sv-SE', { timeZone, ...numbers }),
      day: new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short' }),
    },
  ]),
);

/** "2026-03-08 00:00:00" and "Sun", as the clock of the zone shows it. */
function shownAt(timeZone: string, at: Date) {
  const clock = clocks.get(timeZone);
  return { text: clock?.full.format(at) ?? '', weekday: clock?.day.format(at) };
}

/** The day with which a window begins, as text, from the day in which it is. */
function firstDayOf(unit: string, day: string): string {
  const date = new Date(`${day}T12:00:00Z`);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const weekday = (date.getUTCDay() + 6) % 7;
  const first = {
    DAY: date,
    WEEK: new Date(date.getTime() - weekday * 86_400_000),
    MONTH: new Date(Date.UTC(year, month)),
    QUARTER: new Date(Date.UTC(year, month - (month % 3))),
    SEMI_ANNUAL: new Date(Date.UTC(year, month - (month % 6))),
    YEAR: new Date(Date.UTC(year, 0)),
  }[unit];
  return first?.toISOString().slice(0, 10) ?? '';
}

const UNITS = ['DAY', 'WEEK', 'MONTH', 'QUARTER', 'SEMI_ANNUAL', 'YEAR'] as const;
const question = fc.record({
  timeZone: fc.constantFrom(...ZONES),
  unit: fc.constantFrom(...UNITS),
  at: fc.integer({ min: FROM / MINUTE_MS, max: TO / MINUTE_MS }).map((minutes) => new Date(minutes * MINUTE_MS)),
});

test(`windows begin when the clock of their zone first shows their first day (BRIM_SEED=${seed})`, () => {
  fc.assert(
    fc.property(question, ({ timeZone, unit, at }) => {
      const per = { unit, count: 1 };
      const { start, end } = windowAt(per, at, timeZone);
      expect(start.getTime()).toBeLessThanOrEqual(at.getTime());
      expect(end.getTime()).toBeGreaterThan(at.getTime());
      for (const inside of [start, new Date(end.getTime() - 1)]) expect(windowAt(per, inside, timeZone)).toEqual({ start, end });
      expect(windowAt(per, end, timeZone).start).toEqual(end);

      const [first, before] = [shownAt(timeZone, start), shownAt(timeZone, new Date(start.getTime() - 1))];
      const day = first.text.slice(0, 10);
      expect(firstDayOf(unit, day)).toBe(day);
      expect(before.text < `${day} 00:00:00`).toBe(true);
      if (unit === 'WEEK') expect(first.weekday).toBe('Mon');
      const shown = shownAt(timeZone, at).text.slice(0, 10);
      if (shown >= day) expect(firstDayOf(unit, shown)).toBe(day);
      // Set back over midnight, the clock shows the day before once more, for an hour.
      else expect(at.getTime() - start.getTime()).toBeLessThan(65 * MINUTE_MS);
    }),
    runs(1_000),
  );
});

test.each([
  ['America/New_York', '2026-03-08T12:00Z', '2026-03-08T05:00Z', 23],
  ['America/New_York', '2026-11-01T12:00Z', '2026-11-01T04:00Z', 25],
  ['Asia/Kolkata', '2026-05-05T18:29:59Z', '2026-05-04T18:30Z', 24],
  ['Australia/Lord_Howe', '2026-04-05T00:00Z', '2026-04-04T13:00Z', 24.5],
  // Midnight is skipped.
  ['Asia/Beirut', '2026-03-29T12:00Z', '2026-03-28T22:00Z', 23],
  // At one minute past midnight the clock shows the day before once more.
  ['America/St_Johns', '2010-11-07T02:45Z', '2010-11-07T02:30Z', 25],
  // The 30th of December never was.
  ['Pacific/Apia', '2011-12-30T10:00Z', '2011-12-30T10:00Z', 24],
])('a day in %s at %s begins at %s and has %d hours', (timeZone, at, start, hours) => {
  const window = windowAt({ unit: 'DAY', count: 1 }, new Date(at), timeZone);
  expect({ start: window.start, hours: (window.end.getTime() - window.start.getTime()) / 3_600_000 }).toEqual({
    start: new Date(start),
    hours,
  });
});
