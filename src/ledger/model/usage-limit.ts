/**
 * Limits of what a customer may use of a feature in a window of the calendar, whoever pays for it.
 *
 * used = Σ `applied` of the feature's entries in the window; what is given back of a use frees the
 * window in which the use was counted. held = what the open holds reserve of it.
 */
import { windowAt } from '../../values/calendar-window.ts';
import { type Decimal, larger } from '../../values/decimal.ts';
import type { Interval } from '../../values/interval.ts';
import type { Hold } from './types.ts';

/** A limit as its account keeps it, with the counts of one window. */
export interface KeptLimit {
  readonly featureId: string;
  readonly per: Interval;
  /** Whose calendar its windows follow; null: that of UTC. */
  readonly timeZone: string | null;
  /** null: nothing is limited yet. The next posting of the batch may set it. */
  readonly max: Decimal | null;
  /** The purchase whose plan sets it; null: it was set for this customer. */
  readonly purchaseId: string | null;
  /** The beginning of the window that `used` is of. */
  readonly windowStart: Date;
  readonly used: Decimal;
  readonly held: Decimal;
}

/** What tells the limits of one account apart. Each is of one time zone. */
export type LimitName = Pick<KeptLimit, 'featureId' | 'per' | 'purchaseId'>;

/** A limit at one moment. */
export interface UsageLimit extends LimitName {
  readonly id: string;
  readonly timeZone: string | null;
  readonly customerId: string;
  readonly max: Decimal;
  readonly used: Decimal;
  readonly held: Decimal;
  /** What can still be used: never below zero. */
  readonly remaining: Decimal;
  readonly resetsAt: Date;
}

/** So many limits of one customer are set by calls; those of its plans come on top. */
export const MOST_LIMITS = 20;

/** Without those that limit nothing. The same list where all are set. */
export function onlySet(limits: readonly KeptLimit[]): readonly KeptLimit[] {
  return limits.every(({ max }) => max !== null) ? limits : limits.filter(({ max }) => max !== null);
}

/** The limit in the window of an instant. A window never follows a later one. */
export function atMoment(limit: KeptLimit, at: Date): KeptLimit {
  const { start } = windowAt(limit.per, at, limit.timeZone);
  return start.getTime() <= limit.windowStart.getTime() ? limit : { ...limit, windowStart: start, used: 0n };
}

/** What an account says of its limits at one moment, in their order. */
export function limitsAt(customerId: string, limits: readonly KeptLimit[], at: Date): readonly UsageLimit[] {
  return limits.flatMap((limit) => toUsageLimit(customerId, limit, at) ?? []);
}

export function toUsageLimit(customerId: string, limit: KeptLimit, at: Date): UsageLimit | undefined {
  const { featureId, per, purchaseId, timeZone, max, used, held, windowStart } = atMoment(limit, at);
  if (max === null) return undefined;
  const remaining = larger(max - used - held, 0n);
  const resetsAt = windowAt(per, windowStart, timeZone).end;
  const name = { id: limitIdOf(customerId, limit), customerId, featureId, per, purchaseId, timeZone };
  return { ...name, max, used, held, remaining, resetsAt };
}

/**
 * The limits of a feature that leave the least of it now: of several equal ones, the one that
 * resets last.
 */
export function tightest(limits: readonly UsageLimit[], featureId: string): UsageLimit | undefined {
  let found: UsageLimit | undefined;
  for (const limit of limits) {
    if (limit.featureId !== featureId) continue;
    const difference = found === undefined ? -1n : limit.remaining - found.remaining;
    if (!found || difference < 0n || (difference === 0n && limit.resetsAt > found.resetsAt)) found = limit;
  }
  return found;
}

/** What an open hold reserves of a feature's limits; zero of one that has ended. */
export function reservedOf({ status, featureId, amount, parts }: Hold, of: string): Decimal {
  if (status !== 'OPEN') return 0n;
  if (of === featureId) return amount;
  let reserved = 0n;
  for (const part of parts) {
    if (part.featureId !== of) continue;
    for (const portion of part.portions) reserved += portion.amount + portion.unlimitedUse;
  }
  return reserved;
}

export function isSameLimit(a: LimitName, b: LimitName): boolean {
  return a.featureId === b.featureId && a.purchaseId === b.purchaseId && a.per.unit === b.per.unit && a.per.count === b.per.count;
}

/** A limit with the same counts: what is used of another zone's window is another number. */
export function isSameCount(a: LimitName & Pick<KeptLimit, 'timeZone'>, b: LimitName & Pick<KeptLimit, 'timeZone'>): boolean {
  return isSameLimit(a, b) && a.timeZone === b.timeZone;
}

/**
 * Such as "user_123/premium_messages/1_DAY"; the purchase whose plan sets it comes last.
 */
export function limitIdOf(customerId: string, { featureId, per, purchaseId }: LimitName): string {
  const parts = [customerId, featureId, `${per.count}_${per.unit}`, ...(purchaseId === null ? [] : [purchaseId])];
  return parts.map(encodeURIComponent).join('/');
}
