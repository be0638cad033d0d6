import { larger, multiplyUp, smaller } from '../../values/decimal.ts';
import { poolOf } from '../model/account-state.ts';
import { byGrant } from '../model/allocation.ts';
import { statusAfter } from '../model/hold-transitions.ts';
import type { PostingOf } from '../model/posting.ts';
import type { Hold, HoldPart } from '../model/types.ts';
import { type Book, keepHold, nextSequence, write } from './book.ts';
import { freedOf, freePart } from './free-part.ts';
import { afterHold, findHold } from './hold.ts';
import { type Share, spread } from './spread.ts';
import { usedOf } from './track.ts';

/**
 * SETTLE: uses `amount` of what is held, first portions first, and gives the rest back. What was
 * used beyond the hold is taken as CAP takes it: as much as remains and as limits leave, and
 * nothing while a returned payment freezes the account.
 * @throws HoldNotFoundError, HoldNotOpenError.
 */
export function settle(book: Book, { holdId, amount, credits, properties }: PostingOf<'settle'>): Book {
  const settling = findHold(book, holdId);
  const status = statusAfter(settling, 'settle');
  // If more was used than was held, nothing goes back, so the rest can only come from what remains
  // now.
  const beyond = larger(amount - settling.amount, 0n);
  const isFrozen = book.state.frozen.length > 0;
  const extra = isFrozen ? { shares: [], missing: beyond } : spread(book, settling.featureId, beyond, credits);
  const applied = amount - extra.missing;
  const cause = nextSequence(book);
  let left = amount;
  let next = book;
  for (const part of partsOf(settling, extra.shares)) {
    const fromHold = smaller(left, part.units);
    left -= fromHold;
    const paid = part.cost === null ? fromHold : multiplyUp(fromHold, part.cost);
    const share = extra.shares.find(({ featureId }) => featureId === part.featureId);
    const freed = freePart(poolOf(next.state, part.featureId).grants, part, paid);
    const allocations = [...byGrant([...freed, ...usedOf(share?.portions ?? [])]).values()];
    if (part.cost !== null && allocations.length === 0) continue;
    const numbers =
      part.cost === null
        ? { requested: amount, applied, properties }
        : {
            requested: paid + (share?.asked ?? 0n),
            applied: paid + (share?.paid ?? 0n),
            units: fromHold + (share?.units ?? 0n),
            cost: part.cost,
            cause,
          };
    const movement = { kind: 'SETTLE', featureId: part.featureId, allocations } as const;
    next = afterHold(next, write(next, { ...movement, facts: { ...numbers, holdId } }), freedOf(part, paid));
  }
  return keepHold(next, { ...settling, status, settledAmount: applied, endedAt: book.now });
}

/**
 * The parts of a hold, and an empty part for each balance that pays only for what was used beyond
 * the hold.
 */
function partsOf({ parts }: Hold, shares: readonly Share[]): readonly HoldPart[] {
  const others = shares.filter(({ featureId }) => !parts.some((part) => part.featureId === featureId));
  return [...parts, ...others.map(({ featureId, cost }) => ({ featureId, cost, units: 0n, portions: [] }))];
}
