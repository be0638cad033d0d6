/** What time does to the model's accounts. */
import { deposit, depositsOf, end, enter, LIMIT, least, part, repay, sum } from './deposits.ts';
import { lapse } from './holds.ts';
import type { Account, Deposit, Interval } from './model.ts';

const DAY_MS = 86_400_000;

/** So many intervals after an instant. A month that lacks the day ends on its last. */
export function after(start: number, { unit, count }: Interval, times: number): number {
  if (unit !== 'MONTH') return start + times * count * (unit === 'WEEK' ? 7 : 1) * DAY_MS;
  const date = new Date(start);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + times * count];
  const daysInMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), daysInMonth)) + (start % DAY_MS);
}

/** The nth boundary of a deposit; none once it has expired. */
function boundary({ made, reset, expires, ended }: Deposit, number: number): number | null {
  if (!reset || ended) return null;
  const at = after(made, reset, number);
  return expires !== null && expires <= at ? null : at;
}

export function nextReset(each: Deposit): number | null {
  return boundary(each, each.periods + 1);
}

/** The last boundary that has come and has no entry yet; or the next one, where none has. */
function lastBoundary(each: Deposit, now: number): { number: number; at: number | null } {
  let number = each.periods + 1;
  for (let later = boundary(each, number + 1); later !== null && later <= now; later = boundary(each, number + 1)) number += 1;
  return { number, at: boundary(each, number) };
}

/** When time next changes the account, as things stand at `now`. */
export function nextInstant({ deposits, holds }: Account, now: number): number | null {
  const instants = [
    ...holds.filter(({ status }) => status === 'OPEN').map(({ until }) => until),
    ...deposits.filter(({ ended }) => !ended).flatMap((each) => [each.expires, lastBoundary(each, now).at]),
  ].filter((at) => at !== null);
  return instants.length > 0 ? Math.min(...instants) : null;
}

/**
 * Everything until now, in the order of its instants; of several periods that were missed only the
 * last begins.
 */
export function letTimePass(account: Account, now: number): void {
  for (let at = nextInstant(account, now); at !== null && at <= now; at = nextInstant(account, now))
    passInstant(account, at, now);
}

/** Holds lapse, deposits expire, what is unused is carried, periods begin. */
function passInstant(account: Account, at: number, now: number): void {
  for (const each of account.holds.filter(({ status, until }) => status === 'OPEN' && until === at).sort(byId))
    lapse(account, each);
  for (const each of alive(account).filter(({ expires }) => expires === at)) end(account, each, 'EXPIRY', at);
  const beginning = alive(account)
    .map((each) => ({ each, ...lastBoundary(each, now) }))
    .filter((boundary) => boundary.at === at);
  for (const { each, number } of beginning) carry(account, each, number, at);
  for (const { each, number } of beginning) beginPeriod(account, each, number, at);
}

const byId = (a: { readonly id: string }, b: { readonly id: string }) => (a.id < b.id ? -1 : 1);

function alive(account: Account): readonly Deposit[] {
  const features = [...new Set(account.deposits.map(({ feature }) => feature))].sort();
  return features.flatMap((feature) => depositsOf(account, feature)).filter(({ ended }) => !ended);
}

/**
 * Of what is left as much as may gather, with what is carried of it already; and never so much that
 * the balance would not fit.
 */
function carry(account: Account, each: Deposit, number: number, at: number): void {
  const { id, feature, purchase, left, granted, carry: terms } = each;
  if (!terms) return;
  const own = depositsOf(account, feature);
  const carried = own.filter((other) => other.origin === 'ROLLED_OVER' && other.id.startsWith(`${id}.`));
  const already = sum(carried.map((other) => other.left + other.held));
  const amount = least(
    left,
    terms.max === null ? left : terms.max - already,
    terms.maxPercentage === null ? left : (granted * BigInt(terms.maxPercentage)) / 100n - already,
    LIMIT - 1n - sum(own.map((other) => other.granted)),
  );
  if (amount <= 0n) return;
  const expires = terms.expiresAfter && carriedUntil(each, number, at, terms.expiresAfter);
  const request = { id: `${id}.${number}`, feature, amount, purchase, unlimited: false, reset: null, carry: null, expires };
  deposit(account, 'ROLLOVER', { ...request, origin: 'ROLLED_OVER' }, at);
}

/**
 * Two lengths in months are counted from the deposit together: 31 January, a month and a month
 * more, is 31 March.
 */
function carriedUntil({ made, reset }: Deposit, number: number, at: number, length: Interval): number {
  if (reset?.unit !== 'MONTH' || length.unit !== 'MONTH') return after(at, length, 1);
  return after(made, { unit: 'MONTH', count: reset.count * number + length.count }, 1);
}

/** What a correction took off the period that ends comes back, as far as it can be written. */
function restore(account: Account, each: Deposit, at: number): void {
  const { id, feature, purchase, lowered } = each;
  const back = least(lowered, LIMIT - 1n - sum(depositsOf(account, feature).map(({ granted }) => granted)));
  if (back === 0n) return;
  const { parts, rest } = repay(account, feature, back);
  each.lowered -= back;
  enter(account, 'ADJUSTMENT', feature, [...parts, part(id, { amount: rest, granted: back })], { purchase, at });
}

/** All is there again but what is held; what is owed takes its part of it. */
function beginPeriod(account: Account, each: Deposit, number: number, at: number): void {
  restore(account, each, at);
  const { id, feature, purchase, unlimited, granted, held, left, used } = each;
  const { parts, rest } = repay(account, feature, unlimited ? 0n : granted - held - left);
  each.periods = number;
  enter(account, 'RESET', feature, [...parts, part(id, { amount: rest, used: -used })], { purchase, at });
}
