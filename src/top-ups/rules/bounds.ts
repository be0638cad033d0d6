/** What keeps auto top-ups from charging without end. Pure. Days and months are those of UTC. */
import { formatMoney, type Money } from '../../values/money.ts';

/** Attempts of one customer and feature in a day. */
export const MOST_A_DAY = 10;
/** The bound of a month is so many top-ups where nobody sets one. */
export const DEFAULT_TOP_UPS_A_MONTH = 5n;

export interface Used {
  /** What was spent in this month. */
  readonly spent: Money;
  /** The attempts of this day. */
  readonly attempts: number;
}

export interface Block {
  readonly until: Date;
  readonly reason: string;
}

/** What keeps a charge of `total` from being made now; null: nothing. */
export function blockOf({ spent, attempts }: Used, total: Money, maxPerMonth: Money, now: Date): Block | null {
  if (spent.amount + total.amount > maxPerMonth.amount)
    return {
      until: startOfMonth(now, 1),
      reason: `It would charge ${formatMoney(total)}, and ${formatMoney(spent)} of the ${formatMoney(maxPerMonth)} of this month are spent.`,
    };
  if (attempts >= MOST_A_DAY)
    return { until: startOfDay(now, 1), reason: `It was charged ${MOST_A_DAY} times today, which is the most.` };
  return null;
}

export function startOfMonth(now: Date, later = 0): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + later, 1));
}

export function startOfDay(now: Date, later = 0): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + later));
}
