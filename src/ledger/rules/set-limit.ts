/**
 * Sets and removes limits. No balance changes, so there is no entry: the version of the account's
 * limits tells other processes that they changed.
 */
import { RefusedError, UsageLimitNotFoundError } from '../model/errors.ts';
import type { PostingOf } from '../model/posting.ts';
import { isSameCount, isSameLimit, type KeptLimit, limitIdOf, MOST_LIMITS } from '../model/usage-limit.ts';
import type { Book } from './book.ts';

/**
 * What was used in the present window counts, also where it was used before the limit. One of
 * another time zone takes the place of the present one. Changes nothing where the limit is as it
 * shall be. @throws RefusedError if there are too many.
 */
export function setUsageLimit(book: Book, posting: PostingOf<'setUsageLimit'>): Book {
  const { limits } = book.state;
  const known = limits.find((limit) => isSameCount(limit, posting));
  if (!known) throw new Error('what counts of a limit was not read');
  if (known.max === posting.max) return book;
  const isReplaced = (limit: KeptLimit) => limit !== known && limit.max !== null && isSameLimit(limit, posting);
  const isNewOfCustomer = known.max === null && posting.purchaseId === null && !limits.some(isReplaced);
  if (isNewOfCustomer && limits.filter(isOfCustomer).length >= MOST_LIMITS)
    throw new RefusedError('customerId', `has ${MOST_LIMITS} usage limits already: remove one first`);
  return withMax(
    book,
    (limit) => limit === known || isReplaced(limit),
    (limit) => (limit === known ? posting.max : null),
  );
}

/** What is used from now on is not limited by it. @throws UsageLimitNotFoundError. */
export function removeUsageLimit(book: Book, { featureId, per }: PostingOf<'removeUsageLimit'>): Book {
  const { customerId, limits } = book.state;
  const name = { featureId, per, purchaseId: null };
  if (!limits.some((limit) => isOfCustomer(limit) && isSameLimit(limit, name)))
    throw new UsageLimitNotFoundError(limitIdOf(customerId, name));
  return withMax(book, (limit) => isSameLimit(limit, name));
}

/** Those of a purchase whose plan sets none are none. */
export function endUsageLimits(book: Book, { purchaseId }: PostingOf<'endUsageLimits'>): Book {
  const isOfPurchase = (limit: KeptLimit) => limit.purchaseId === purchaseId && limit.max !== null;
  return book.state.limits.some(isOfPurchase) ? withMax(book, isOfPurchase) : book;
}

function isOfCustomer({ purchaseId, max }: KeptLimit): boolean {
  return purchaseId === null && max !== null;
}

/**
 * One without a maximum goes on counting until the batch is written: the next posting may set it
 * again.
 */
function withMax(
  { state, ...book }: Book,
  isMeant: (limit: KeptLimit) => boolean,
  maxOf: (limit: KeptLimit) => KeptLimit['max'] = () => null,
): Book {
  const limits = state.limits.map((limit) => (isMeant(limit) ? { ...limit, max: maxOf(limit) } : limit));
  return { ...book, state: { ...state, limits, limitsVersion: state.limitsVersion + 1n } };
}
