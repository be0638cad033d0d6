import { isLive, poolOf } from '../model/account-state.ts';
import type { PostingOf } from '../model/posting.ts';
import type { Grant, Period } from '../model/types.ts';
import type { Book } from './book.ts';
import { carryInto } from './carry.ts';
import { endGrant } from './end.ts';
import { grant } from './grant.ts';
import { beginUsed, takeOver } from './take-over.ts';

/**
 * Begins a paid period of a recurring purchase: what it gave of the feature for earlier periods
 * ends (EXPIRY), except what rolls over (ROLLOVER), and the grants of the period are made (GRANT).
 * Of a period that is paid after a later one began, what is given ends at once in the same way.
 * What a payment gave for the period already is not given again. The first period of a purchase
 * that takes the place of another one begins with `takeOver`.
 */
export function renew(book: Book, posting: PostingOf<'renew'>): Book {
  const { featureId, purchaseId, grants, period, reason } = posting;
  const given = givenFor(book, featureId, purchaseId);
  const isGiven = given.some((each) => isSame(each.period, period) && grants.some((one) => isPaidBy(one, each)));
  if (isGiven) return book;
  const { book: taken, used } = takeOver(book, posting);
  const earlier = given.filter((each) => isLive(each) && startOf(each) < period.start.getTime());
  // Also where all of the later period has ended meanwhile.
  const isLate = given.some((each) => startOf(each) > period.start.getTime());
  let next = earlier.reduce((before, { id }) => closePeriod(before, featureId, id, period), taken);
  let stillUsed = used;
  for (const wanted of grants) {
    const { request, left } = beginUsed(wanted, stillUsed, book.now);
    stillUsed = left;
    next = grant(next, { verb: 'grant', grant: { ...request, period }, reason });
    if (isLate) next = closePeriod(next, featureId, request.id, period);
  }
  return next;
}

/** What a purchase gave for its periods. What was bought once, or rolled over, is for none. */
function givenFor(book: Book, featureId: string, purchaseId: string): readonly Grant[] {
  return poolOf(book.state, featureId).grants.filter(
    (each) =>
      each.purchaseId === purchaseId && (each.origin === 'INCLUDED' || (each.origin === 'BOUGHT' && each.period !== null)),
  );
}

function isSame(a: Period | null, b: Period): boolean {
  return a?.start.getTime() === b.start.getTime() && a.end.getTime() === b.end.getTime();
}

function isPaidBy({ paymentId = null }: { readonly paymentId?: string | null }, grant: Grant): boolean {
  return paymentId === grant.paymentId;
}

/** A grant without a period counts as older than all periods. */
function startOf({ period }: Grant): number {
  return period ? period.start.getTime() : Number.NEGATIVE_INFINITY;
}

/** Ends a grant, after carrying on what rolls over. */
function closePeriod(book: Book, featureId: string, id: string, next: Period): Book {
  const found = poolOf(book.state, featureId).grants.find((each) => each.id === id);
  if (!found) return book;
  const carried = carryInto(book, found, next);
  return endGrant(carried, found, { kind: 'EXPIRY', at: book.now, reason: 'its paid period is over' });
}
