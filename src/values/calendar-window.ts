/**
 * Windows of the calendar: each minute, every 6 hours, each month. They follow each other without a
 * gap, and those of one length and time zone are the same for everybody.
 */
import { addInterval, boundariesUntil, type Interval } from './interval.ts';
import { instantOf, wallTimeAt } from './time-zone.ts';

/** From `start` until before `end`. */
export interface CalendarWindow {
  readonly start: Date;
  readonly end: Date;
}

/** Where windows are counted from: those of several units, such as 5 hours, begin here, too. */
const ORIGIN = new Date('1970-01-01T00:00:00.000Z');
/** Weeks begin on Mondays. */
const WEEK_ORIGIN = new Date('1970-01-05T00:00:00.000Z');

/**
 * The window with this instant in it.
 * @param timeZone whose calendar it is; null: that of UTC. Windows of a zone are a day or longer.
 */
export function windowAt(per: Interval, at: Date, timeZone: string | null = null): CalendarWindow {
  return timeZone === null ? windowInUtc(per, at) : windowInZone(per, at, timeZone);
}

function windowInUtc(per: Interval, at: Date): CalendarWindow {
  const origin = per.unit === 'WEEK' ? WEEK_ORIGIN : ORIGIN;
  const number = boundariesUntil(origin, per, at);
  return { start: addInterval(origin, per, number), end: addInterval(origin, per, number + 1) };
}

/** The window of each zone and length that was asked for last: most questions are of one window. */
const lately = new Map<string, CalendarWindow>();
const MOST_KEPT = 1_000;

function windowInZone(per: Interval, at: Date, timeZone: string): CalendarWindow {
  const name = `${timeZone} ${per.count} ${per.unit}`;
  const known = lately.get(name);
  if (known && known.start <= at && at < known.end) return known;
  const window = findInZone(per, at, timeZone);
  if (lately.size >= MOST_KEPT) lately.clear();
  lately.set(name, window);
  return window;
}

/** A window begins when the zone's clock first shows its beginning. */
function findInZone(per: Interval, at: Date, timeZone: string): CalendarWindow {
  let shown = windowInUtc(per, wallTimeAt(timeZone, at));
  let [start, end] = [instantOf(timeZone, shown.start), instantOf(timeZone, shown.end)];
  // A clock that is set back over midnight shows the day before once more, which is over.
  while (end <= at) {
    shown = windowInUtc(per, shown.end);
    [start, end] = [end, instantOf(timeZone, shown.end)];
  }
  return { start, end };
}
