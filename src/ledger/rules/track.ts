import { poolOf } from '../model/account-state.ts';
import { InsufficientBalanceError } from '../model/errors.ts';
import type { PostingOf } from '../model/posting.ts';
import type { Grant, Portion } from '../model/types.ts';
import { allocate, type Book, nextSequence, write } from './book.ts';
import { type Moved, overdraw } from './overdraft.ts';
import { onPortions } from './pick.ts';
import { overdrawnBy, spread } from './spread.ts';

/**
 * USAGE: takes from the grants in burn-down order, and then from the credits; what is missing is reported, refused or overdrawn, as the
 * caller chose. The feature always gets its entry, and each balance of credits that pays gets one of its own.
 */
export function track(book: Book, posting: PostingOf<'track'>): Book {
  const { featureId, amount, credits, onShortfall, properties, occurredAt } = posting;
  const overdraws = onShortfall === 'OVERDRAW' ? overdrawnBy(book.state, featureId, credits) : undefined;
  const { shares, missing } = spread(book.state, featureId, amount, credits, overdraws);
  if (missing > 0n && onShortfall === 'REJECT')
    throw new InsufficientBalanceError(poolOf(book.state, featureId).balance, amount, missing);
  const cause = nextSequence(book);
  return shares.reduce((next, share) => {
    const facts =
      share.cost === null
        ? { requested: amount, applied: amount - missing, properties }
        : { requested: share.asked, applied: share.paid, units: share.units, cost: share.cost, cause };
    const { balance, grants } = poolOf(next.state, share.featureId);
    const used = usePortions(grants, share.portions);
    const below = overdraw(balance, used.grants, share.overdrawn, { now: book.now, sequence: nextSequence(next) });
    return write(next, {
      kind: 'USAGE',
      featureId: share.featureId,
      grants: below.grants,
      allocations: [...used.allocations, ...below.allocations],
      facts: { ...facts, occurredAt },
    });
  }, book);
}

/** What using portions does to their grants. */
export function usePortions(grants: readonly Grant[], portions: readonly Portion[]): Moved {
  return {
    grants: onPortions(grants, portions, (grant, { amount, unlimitedUse }) => ({
      ...grant,
      remaining: grant.remaining - amount,
      unlimitedUse: grant.unlimitedUse + unlimitedUse,
    })),
    allocations: portions.map(({ grantId, amount, unlimitedUse }) => allocate(grantId, { amount: -amount, unlimitedUse })),
  };
}
