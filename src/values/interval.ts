/** A length of calendar time: every month, after 14 days. */
export interface Interval {
  readonly unit: IntervalUnit;
  /** 1 to 1,000. */
  readonly count: number;
}

export const INTERVAL_UNITS = ['MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'SEMI_ANNUAL', 'YEAR'] as const;
export type IntervalUnit = (typeof INTERVAL_UNITS)[number];

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * Fixed lengths add milliseconds. Calendar lengths add months and keep the day of the month where
 * it exists.
 */
const LENGTH: Record<IntervalUnit, { ms: number } | { months: number }> = {
  MINUTE: { ms: MINUTE_MS },
  HOUR: { ms: 60 * MINUTE_MS },
  DAY: { ms: DAY_MS },
  WEEK: { ms: 7 * DAY_MS },
  MONTH: { months: 1 },
  QUARTER: { months: 3 },
  SEMI_ANNUAL: { months: 6 },
  YEAR: { months: 12 },
};

/**
 * The instant `interval` after `start`, in UTC. In a month without that day it is the last day: 31
 * January plus one month is 28 February. Count from the anchor (`times` intervals at once), never
 * from a clamped result.
 */
export function addInterval(start: Date, interval: Interval, times = 1): Date {
  const length = LENGTH[interval.unit];
  const count = interval.count * times;
  if ('ms' in length) return new Date(start.getTime() + length.ms * count);
  const months = start.getUTCFullYear() * 12 + start.getUTCMonth() + length.months * count;
  const year = Math.floor(months / 12);
  const month = months % 12;
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const result = new Date(start);
  result.setUTCFullYear(year, month, Math.min(start.getUTCDate(), lastDay));
  return result;
}

/**
 * The instant `after` beyond the `number`th boundary after `anchor`. All months are counted from
 * the anchor together, so that a clamped boundary does not move what follows it: 31 January plus
 * one month plus one more is 31 March.
 */
export function addBeyond(anchor: Date, interval: Interval, number: number, after: Interval): Date {
  const [until, beyond] = [LENGTH[interval.unit], LENGTH[after.unit]];
  if ('ms' in until || 'ms' in beyond) return addInterval(addInterval(anchor, interval, number), after);
  return addInterval(anchor, { unit: 'MONTH', count: until.months * interval.count * number + beyond.months * after.count });
}

/** The length for comparing two intervals: months have 30 days and years 365. */
export function nominalDays(interval: Interval): number {
  const length = LENGTH[interval.unit];
  if ('ms' in length) return (length.ms / DAY_MS) * interval.count;
  return (length.months === 12 ? 365 : length.months * 30) * interval.count;
}

/** True where both always end at the same instant, as a quarter and three months do. */
export function isSameLength(a: Interval, b: Interval): boolean {
  const [one, other] = [LENGTH[a.unit], LENGTH[b.unit]];
  if ('ms' in one) return 'ms' in other && one.ms * a.count === other.ms * b.count;
  return 'months' in other && one.months * a.count === other.months * b.count;
}

/** "month", "3 months", "half-year": for messages and the lines of a preview. */
export function formatInterval({ unit, count }: Interval): string {
  const word = unit === 'SEMI_ANNUAL' ? 'half-year' : unit.toLowerCase();
  return count === 1 ? word : `${count} ${word}s`;
}

/**
 * The number of whole intervals between `anchor` and `until`, which is the number of the last
 * boundary at or before `until`. 0 where there is none.
 */
export function boundariesUntil(anchor: Date, interval: Interval, until: Date): number {
  const elapsedMs = until.getTime() - anchor.getTime();
  if (elapsedMs <= 0) return 0;
  const length = LENGTH[interval.unit];
  if ('ms' in length) return Math.floor(elapsedMs / (length.ms * interval.count));
  const months = (until.getUTCFullYear() - anchor.getUTCFullYear()) * 12 + until.getUTCMonth() - anchor.getUTCMonth();
  const most = Math.floor(months / (length.months * interval.count));
  // In the month of the boundary the day decides, and it may be clamped.
  return addInterval(anchor, interval, most) <= until ? most : most - 1;
}
