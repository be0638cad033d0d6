import type { Interval } from '../../values/interval.ts';
import { optionalWhole, text } from '../wire/fields.ts';

/** Maps intervals: `interval: "month", interval_count: 3`, and "one_off" for none. */

const ONE_OFF = 'one_off';

export const intervalFields = { interval: text, interval_count: optionalWhole };

/** Reads an interval; null for "one_off", which does not recur. */
export function readInterval(given: { readonly interval: string; readonly interval_count: number | undefined }) {
  return given.interval === ONE_OFF ? null : { unit: given.interval.toUpperCase(), count: given.interval_count };
}

export function toInterval(interval: Interval | null) {
  if (!interval) return { interval: ONE_OFF };
  return { interval: interval.unit.toLowerCase(), interval_count: interval.count };
}
