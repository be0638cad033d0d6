/**
 * The boundaries of billing periods, as Stripe counts them: each is the anchor plus whole
 * intervals, and a month without the anchor's day has the boundary on its last day. So a
 * subscription of 31 January renews on 28 February and then on 31 March. Instants are Unix seconds,
 * dates are those of UTC. Pure.
 */

export interface Interval {
  readonly unit: 'day' | 'week' | 'month' | 'year';
  readonly count: number;
}

export interface Period {
  readonly start: number;
  readonly end: number;
}

export const DAY_SECONDS = 86_400;

/** The anchor plus `times` intervals. */
export function boundary(anchor: number, { unit, count }: Interval, times: number): number {
  switch (unit) {
    case 'day':
      return anchor + times * count * DAY_SECONDS;
    case 'week':
      return anchor + times * count * 7 * DAY_SECONDS;
    case 'month':
      return addMonths(anchor, times * count);
    case 'year':
      return addMonths(anchor, times * count * 12);
  }
}

/** The period that contains the instant; a boundary belongs to the period that begins there. */
export function periodAt(anchor: number, interval: Interval, at: number): Period {
  // The mean length of an interval finds the period to within one or two.
  const meanSeconds = (boundary(anchor, interval, 400) - anchor) / 400;
  let times = Math.floor((at - anchor) / meanSeconds) - 2;
  while (boundary(anchor, interval, times + 1) <= at) times += 1;
  return { start: boundary(anchor, interval, times), end: boundary(anchor, interval, times + 1) };
}

function addMonths(anchor: number, months: number): number {
  const date = new Date(anchor * 1_000);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.getTime() / 1_000;
}
