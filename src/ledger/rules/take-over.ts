/**
 * How a recurring purchase takes the place of another one of its plan within a balance. What was
 * used and credited stays used, what the old one gave for its period ends, and what it gave once or
 * rolled over moves to the new one.
 */
import { type Decimal, larger, ONE, smaller } from '../../values/decimal.ts';
import { isLive, poolOf } from '../model/account-state.ts';
import type { NewGrant, PostingOf } from '../model/posting.ts';
import type { Grant, Period } from '../model/types.ts';
import type { Book } from './book.ts';
import { carryInto } from './carry.ts';
import { endGrant } from './end.ts';
import { writeGrant } from './grant.ts';

/** What was used and is not paid for: of grants that reset within the period, and of the others. */
export interface StillUsed {
  readonly resetting: Decimal;
  readonly lasting: Decimal;
}

export const NOTHING_USED: StillUsed = { resetting: 0n, lasting: 0n };

/** Ends or moves what the old purchase gave. @returns with it what the new grants begin with. */
export function takeOver(book: Book, posting: PostingOf<'renew'>): { readonly book: Book; readonly used: StillUsed } {
  const { takesPlaceOf: old, featureId, purchaseId, period } = posting;
  if (!old) return { book, used: NOTHING_USED };
  const given = poolOf(book.state, featureId).grants.filter((each) => isLive(each) && each.purchaseId === old.purchaseId);
  const forPeriod = given.filter((each) => each.period !== null && each.origin !== 'ROLLED_OVER');
  const others = given.filter((each) => !forPeriod.includes(each) && each.origin !== 'BOUGHT');
  const moved = others.reduce((next, each) => move(next, each, purchaseId), book);
  const ended = forPeriod.reduce((next, each) => close(next, each, posting), moved);
  return { book: ended, used: forPeriod.reduce((sum, each) => plus(sum, stillUsedOf(each, period, old.credit)), NOTHING_USED) };
}

/** Takes off a grant what stays used. @returns with it what is left for the next grant. */
export function beginUsed(
  request: NewGrant,
  used: StillUsed,
  now: Date,
): { readonly request: NewGrant; readonly left: StillUsed } {
  const kind = request.reset ? 'resetting' : 'lasting';
  const taken = request.unlimited ? 0n : smaller(used[kind], request.amount);
  if (taken === 0n) return { request, left: used };
  const anchor = request.continues?.anchor ?? now;
  return {
    request: { ...request, continues: { anchor, used: taken, usedUntil: null } },
    left: { ...used, [kind]: used[kind] - taken },
  };
}

function plus(one: StillUsed, other: StillUsed): StillUsed {
  return { resetting: one.resetting + other.resetting, lasting: one.lasting + other.lasting };
}

type Credit = NonNullable<PostingOf<'renew'>['takesPlaceOf']>['credit'];

function stillUsedOf(grant: Grant, next: Period, credit: Credit): StillUsed {
  if (grant.unlimited || isOver(grant, next)) return NOTHING_USED;
  const used = usedOf(grant);
  return grant.reset ? { resetting: used, lasting: 0n } : { resetting: 0n, lasting: larger(used - paidOf(grant, credit), 0n) };
}

/** With what is held: the grant ends, and a hold of it cannot come back. */
function usedOf({ granted, remaining }: Grant): Decimal {
  return larger(granted - remaining, 0n);
}

function isOver({ period }: Grant, next: Period): boolean {
  return period !== null && period.end <= next.start;
}

/** What of a grant is paid for although its period is cut short, in whole units. */
function paidOf({ granted }: Grant, { amount, of }: Credit): Decimal {
  if (of <= 0n) return granted;
  const paid = (granted * larger(of - amount, 0n)) / of;
  return amount <= 0n ? granted : paid - (paid % ONE);
}

/** Ends what was given for a period; of what is unused and paid for, the plan may carry some on. */
function close(book: Book, grant: Grant, { purchaseId, period, takesPlaceOf }: PostingOf<'renew'>): Book {
  const paid = isOver(grant, period) || !takesPlaceOf ? grant.granted : paidOf(grant, takesPlaceOf.credit);
  const unused = smaller(grant.remaining, paid - usedOf(grant));
  const carried = carryInto(book, { ...grant, purchaseId, remaining: unused }, period);
  return endGrant(carried, grant, { kind: 'EXPIRY', at: book.now, reason: 'another quantity took its place' });
}

/** Gives what is left of a grant, with its dates, to the new purchase. */
function move(book: Book, grant: Grant, purchaseId: string): Book {
  const { featureId, origin, paymentId, unlimited, reset, rollover, expiresAt, resetsUntil, nextResetAt } = grant;
  const ended = endGrant(book, grant, { kind: 'EXPIRY', at: book.now, reason: 'another quantity took its place' });
  const amount = grant.granted - grant.held;
  const used = unlimited ? grant.unlimitedUse : amount - grant.remaining;
  const continues = { anchor: grant.createdAt, used, usedUntil: nextResetAt };
  const request = { id: `${grant.id}.moved`, featureId, origin, purchaseId, paymentId, amount, unlimited };
  const dates = { reset, rollover, expiresAt, resetsUntil, continues };
  return writeGrant(ended, 'ROLLOVER', { ...request, ...dates }, { reason: 'another quantity took its place' });
}
