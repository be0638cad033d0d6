/** Time zones by their IANA names, as the runtime knows them: what their clocks show, and when. */

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Names of places and "UTC", and no offsets: a place knows when its offset changes. */
const NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/;
const LONGEST_NAME = 64;

/** By lower-case names, of which there are some hundred. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** True for a name that the runtime knows. */
export function isTimeZone(name: string): boolean {
  if (name.length > LONGEST_NAME || !NAME.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const key = timeZone.toLowerCase();
  let format = formats.get(key);
  if (!format) {
    const numeric = {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    } as const;
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      ...numeric,
    });
    formats.set(key, format);
  }
  return format;
}

/** How far the zone's clock is ahead of UTC at an instant. */
function offsetAt(timeZone: string, atMs: number): number {
  const second = Math.floor(atMs / 1_000) * 1_000;
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(second)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second: seconds = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, seconds) - second;
}

/** What the zone's clock shows at an instant, as if it were UTC. */
export function wallTimeAt(timeZone: string, at: Date): Date {
  return new Date(at.getTime() + offsetAt(timeZone, at.getTime()));
}

/**
 * The first instant at which the zone's clock shows this time or a later one: where the time is
 * skipped, the instant of the change; where it comes twice, the first.
 */
export function instantOf(timeZone: string, wall: Date): Date {
  const shown = wall.getTime();
  const [before, after] = [offsetAt(timeZone, shown - DAY_MS), offsetAt(timeZone, shown + DAY_MS)];
  const byBefore = shown - before;
  if (before === after || offsetAt(timeZone, byBefore) === before) return new Date(byBefore);
  const byAfter = shown - after;
  return new Date(offsetAt(timeZone, byAfter) === after ? byAfter : changeBetween(timeZone, byAfter, byBefore));
}

/** The first instant with another offset than `from` has. Clocks change on whole minutes. */
function changeBetween(timeZone: string, from: number, to: number): number {
  const before = offsetAt(timeZone, from);
  let [low, high] = [Math.floor(from / MINUTE_MS), Math.ceil(to / MINUTE_MS)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(timeZone, middle * MINUTE_MS) === before) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}
