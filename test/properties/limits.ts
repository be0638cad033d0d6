/**
 * How the model limits: what was used in the present window is added up anew each time, from the
 * entries, and what is held from the open holds.
 */
import { least, most, sum } from './deposits.ts';
import { type Account, type AskOf, type Interval, Refused } from './model.ts';

/** So much of a feature in each window. */
export interface Limit {
  readonly feature: string;
  readonly per: Interval;
  /** Whose calendar counts; null: that of UTC. */
  readonly zone: string | null;
  readonly max: bigint;
}

export function bound(account: Account, { feature, per, zone, max }: AskOf<'bound'>): void {
  account.limits = [...account.limits.filter((each) => !isOf(each, feature, per)), { feature, per, zone, max }];
}

export function unbound(account: Account, { feature, per }: AskOf<'unbound'>): void {
  if (!account.limits.some((each) => isOf(each, feature, per))) throw new Refused('NO_LIMIT');
  account.limits = account.limits.filter((each) => !isOf(each, feature, per));
}

function isOf(limit: Limit, feature: string, { unit, count }: Interval): boolean {
  return limit.feature === feature && limit.per.unit === unit && limit.per.count === count;
}

/** What the limits of a feature leave of an amount. */
export function allowed(account: Account, feature: string, amount: bigint, now: number): bigint {
  return account.limits
    .filter((limit) => limit.feature === feature)
    .reduce((left, limit) => least(left, most(limit.max - usedOf(account, limit, now) - heldOf(account, feature), 0n)), amount);
}

/** What was taken into use in this window; what is given back counts where its use does. */
export function usedOf({ entries, recorded }: Account, { feature, per, zone }: Omit<Limit, 'max'>, now: number): bigint {
  const isOfWindow = (number: number) => windowOf(per, zone, recorded[number - 1] ?? now) === windowOf(per, zone, now);
  const counting = entries.filter(
    ({ number, kind, cause }) => isOfWindow(number) && (kind !== 'REVERSAL' || isOfWindow(cause ?? number)),
  );
  return sum(counting.filter((entry) => entry.feature === feature).map(({ applied }) => applied ?? 0n));
}

export function heldOf({ holds }: Account, feature: string): bigint {
  const open = holds.filter(({ status }) => status === 'OPEN');
  return sum(
    open.map((hold) => {
      if (hold.feature === feature) return hold.amount;
      const portions = hold.parts.filter((part) => part.feature === feature).flatMap((part) => part.portions);
      return sum(portions.map(({ amount, used }) => amount + used));
    }),
  );
}

const DAY_MS = 86_400_000;
export const ZONES = ['America/New_York', 'Asia/Kolkata'] as const;
/** The day that a zone's calendar shows. */
const DAYS = Object.fromEntries(['UTC', ...ZONES].map((timeZone) => [timeZone, new Intl.DateTimeFormat('sv-SE', { timeZone })]));

/** The number of a window: of days and months from 1970 on, of weeks from its first Monday. */
function windowOf({ unit, count }: Interval, zone: string | null, at: number): number {
  const date = new Date(`${DAYS[zone ?? 'UTC']?.format(at)}T00:00:00Z`);
  const day = date.getTime() / DAY_MS;
  const months = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
  return Math.floor({ DAY: day, WEEK: (day - 4) / 7, MONTH: months }[unit] / count);
}
