import { DECIMAL_LIMIT, type Decimal, larger, smaller } from '../../values/decimal.ts';
import { addInterval } from '../../values/interval.ts';
import { isLive, poolOf } from '../model/account-state.ts';
import type { PostingOf } from '../model/posting.ts';
import type { Grant, Period } from '../model/types.ts';
import type { Book } from './book.ts';
import { endGrant } from './end.ts';
import { grant, writeGrant } from './grant.ts';

/**
 * Begins a paid period of a recurring purchase: what it gave of the feature for earlier periods
 * ends (EXPIRY), except what rolls over (ROLLOVER), and the grants of the period are made (GRANT).
 * Of a period that is paid after a later one began, what is given ends at once in the same way.
 */
export function renew(book: Book, { featureId, purchaseId, grants, period, reason }: PostingOf<'renew'>): Book {
  const given = givenFor(book, featureId, purchaseId);
  const earlier = given.filter((each) => startOf(each) < period.start.getTime());
  const isLate = given.some((each) => startOf(each) > period.start.getTime());
  const ended = earlier.reduce((next, { id }) => closePeriod(next, featureId, id, period), book);
  return grants.reduce((next, request) => {
    const made = grant(next, { verb: 'grant', grant: { ...request, period }, reason });
    return isLate ? closePeriod(made, featureId, request.id, period) : made;
  }, ended);
}

/** What a purchase gave for its periods. What was bought once, or rolled over, is for none. */
function givenFor(book: Book, featureId: string, purchaseId: string): readonly Grant[] {
  return poolOf(book.state, featureId).grants.filter(
    (each) =>
      isLive(each) &&
      each.purchaseId === purchaseId &&
      (each.origin === 'INCLUDED' || (each.origin === 'BOUGHT' && each.period !== null)),
  );
}

/** A grant without a period counts as older than all periods. */
function startOf({ period }: Grant): number {
  return period ? period.start.getTime() : Number.NEGATIVE_INFINITY;
}

/** Ends a grant, after carrying on what rolls over. */
function closePeriod(book: Book, featureId: string, id: string, next: Period): Book {
  const found = poolOf(book.state, featureId).grants.find((each) => each.id === id);
  if (!found) return book;
  return endGrant(carryOn(book, found, next), found, { kind: 'EXPIRY', at: book.now, reason: 'its paid period is over' });
}

function carryOn(book: Book, ending: Grant, next: Period): Book {
  const { id, featureId, purchaseId, paymentId, rollover, remaining } = ending;
  if (!rollover) return book;
  const amount = smaller(larger(remaining, 0n), roomFor(book, ending));
  if (amount <= 0n) return book;
  const expiresAt = rollover.expiresAfter && addInterval(next.start, rollover.expiresAfter);
  // It would expire before it is made.
  if (expiresAt && expiresAt <= book.now) return book;
  const request = { id: `${id}.renewed`, featureId, origin: 'ROLLED_OVER', purchaseId, paymentId, amount } as const;
  return writeGrant(book, 'ROLLOVER', { ...request, unlimited: false, reset: null, rollover: null, expiresAt }, { reason: null });
}

/** The limits of the plan, less what the purchase carries already; never more than fits. */
function roomFor(book: Book, { rollover, granted, featureId, purchaseId, remaining }: Grant): Decimal {
  const { max = null, maxPercentage = null } = rollover ?? {};
  const { balance, grants } = poolOf(book.state, featureId);
  const writable = DECIMAL_LIMIT - 1n - balance.granted;
  const bounds = [...(max === null ? [] : [max]), ...(maxPercentage === null ? [] : [(granted * BigInt(maxPercentage)) / 100n])];
  if (bounds.length === 0) return smaller(remaining, writable);
  const carried = grants.filter((each) => each.origin === 'ROLLED_OVER' && each.purchaseId === purchaseId);
  return smaller(bounds.reduce(smaller) - carried.reduce((sum, each) => sum + each.remaining + each.held, 0n), writable);
}
