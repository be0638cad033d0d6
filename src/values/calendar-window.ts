/**
 * Windows of the calendar, in UTC: each minute, every 6 hours, each month. They follow each other
 * without a gap, and those of one length are the same for everybody.
 */
import { addInterval, boundariesUntil, type Interval } from './interval.ts';

/** From `start` until before `end`. */
export interface CalendarWindow {
  readonly start: Date;
  readonly end: Date;
}

/** Where windows are counted from: those of several units, such as 5 hours, begin here, too. */
const ORIGIN = new Date('1970-01-01T00:00:00.000Z');
/** Weeks begin on Mondays. */
const WEEK_ORIGIN = new Date('1970-01-05T00:00:00.000Z');

/** The window with this instant in it. */
export function windowAt(per: Interval, at: Date): CalendarWindow {
  const origin = per.unit === 'WEEK' ? WEEK_ORIGIN : ORIGIN;
  const number = boundariesUntil(origin, per, at);
  return { start: addInterval(origin, per, number), end: addInterval(origin, per, number + 1) };
}
