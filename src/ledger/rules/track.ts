import { poolOf } from '../model/account-state.ts';
import { allocate } from '../model/allocation.ts';
import { InsufficientBalanceError, UsageLimitReachedError } from '../model/errors.ts';
import type { PostingOf } from '../model/posting.ts';
import type { Allocation, Portion } from '../model/types.ts';
import { type Book, nextSequence, write } from './book.ts';
import { overdraw } from './overdraft.ts';
import { overdrawnBy, spread } from './spread.ts';

/**
 * USAGE: takes from the feature's grants in burn-down order, and then from credits. What is missing
 * is reported, refused or overdrawn, as the caller chose. What goes beyond a limit is reported or
 * refused, and never overdrawn. The feature always gets an entry, and so
 * does each balance of credits that pays.
 */
export function track(book: Book, posting: PostingOf<'track'>): Book {
  const { featureId, amount, credits, onShortfall, properties, occurredAt } = posting;
  if (book.state.frozen.length > 0) return useNothing(book, posting);
  const overdraws = onShortfall === 'OVERDRAW' ? overdrawnBy(book.state, featureId, credits) : undefined;
  const { shares, missing, limitedBy } = spread(book, featureId, amount, credits, overdraws);
  if (missing > 0n && onShortfall === 'REJECT') {
    if (limitedBy) throw new UsageLimitReachedError(limitedBy, poolOf(book.state, featureId).balance, amount);
    throw new InsufficientBalanceError(poolOf(book.state, featureId).balance, amount, missing);
  }
  const cause = nextSequence(book);
  return shares.reduce((next, share) => {
    const facts =
      share.cost === null
        ? { requested: amount, applied: amount - missing, properties, occurredAt }
        : { requested: share.asked, applied: share.paid, units: share.units, cost: share.cost, cause, occurredAt };
    const { balance, grants } = poolOf(next.state, share.featureId);
    const overdrawn = overdraw(balance, grants, share.overdrawn, book.now);
    return write(next, {
      kind: 'USAGE',
      featureId: share.featureId,
      allocations: [...usedOf(share.portions), ...overdrawn.allocations],
      makes: overdrawn.makes,
      facts,
    });
  }, book);
}

/**
 * A returned payment froze the account: nothing is used. A CAP reports it all as missing; any other
 * is refused.
 */
function useNothing(book: Book, { featureId, amount, onShortfall, properties, occurredAt }: PostingOf<'track'>): Book {
  if (onShortfall !== 'CAP') throw new InsufficientBalanceError(poolOf(book.state, featureId).balance, amount, amount);
  const facts = { requested: amount, applied: 0n, properties, occurredAt };
  return write(book, { kind: 'USAGE', featureId, allocations: [], facts });
}

/** Takes portions into use. */
export function usedOf(portions: readonly Portion[]): readonly Allocation[] {
  return portions.map(({ grantId, amount, unlimitedUse }) => allocate(grantId, { amount: -amount, unlimitedUse }));
}
