import { poolOf } from '../model/account-state.ts';
import { HoldNotFoundError, HoldNotOpenError, InsufficientBalanceError } from '../model/errors.ts';
import type { PostingOf } from '../model/posting.ts';
import type { Grant, Hold, HoldStatus, Portion } from '../model/types.ts';
import { allocate, type Book, keepHold, nextSequence, write } from './book.ts';
import { closeEnded } from './end.ts';
import { freePart } from './free-part.ts';
import { onPortions } from './pick.ts';
import { spread } from './spread.ts';

/**
 * HOLD: reserves all that is asked, or nothing, where a use would take it. The hold remembers what it reserved of which
 * grant, so that what happens to them meanwhile (a reset, an expiry) does not touch it.
 * @throws InsufficientBalanceError.
 */
export function hold(book: Book, { holdId, featureId, amount, credits, expiresInMs }: PostingOf<'hold'>): Book {
  const { shares, missing } = spread(book.state, featureId, amount, credits);
  if (missing > 0n) throw new InsufficientBalanceError(poolOf(book.state, featureId).balance, amount, missing);
  const cause = nextSequence(book);
  const held = shares
    .filter(({ portions }) => portions.length > 0)
    .reduce((next, share) => {
      const grants = onPortions(poolOf(next.state, share.featureId).grants, share.portions, holdPortion);
      const allocations = share.portions.map((part) => allocate(part.grantId, { amount: -part.amount, held: part.amount }));
      const belongs = next === book ? {} : { cause };
      const { units, cost } = share.cost === null ? { units: null, cost: null } : share;
      const facts = { requested: share.asked, units, cost, holdId, ...belongs };
      return write(next, { kind: 'HOLD', featureId: share.featureId, grants, allocations, facts });
    }, book);
  return keepHold(held, {
    customerId: book.state.customerId,
    id: holdId,
    featureId,
    amount,
    status: 'OPEN',
    settledAmount: null,
    parts: shares.map(({ featureId: of, cost, units, portions }) => ({ featureId: of, cost, units, portions })),
    createdAt: book.now,
    expiresAt: new Date(book.now.getTime() + expiresInMs),
    endedAt: null,
  });
}

function holdPortion(grant: Grant, { amount }: Portion): Grant {
  return { ...grant, remaining: grant.remaining - amount, held: grant.held + amount };
}

/** The hold of this id, if it is open. @throws HoldNotFoundError, HoldNotOpenError. */
export function openHold(book: Book, holdId: string): Hold {
  const found = book.state.holds.get(holdId);
  if (!found) throw new HoldNotFoundError(holdId);
  if (found.status !== 'OPEN') throw new HoldNotOpenError(found);
  return found;
}

/** RELEASE: gives all of a hold back. @throws HoldNotFoundError, HoldNotOpenError. */
export function release(book: Book, { holdId }: PostingOf<'release'>): Book {
  return endHold(book, openHold(book, holdId), 'RELEASED', book.now);
}

/** RELEASE, because the hold's time is over. */
export function lapse(book: Book, lapsing: Hold): Book {
  return endHold(book, lapsing, 'EXPIRED', lapsing.expiresAt);
}

function endHold(book: Book, ending: Hold, status: HoldStatus, at: Date): Book {
  const released = ending.parts
    .filter(({ portions }) => portions.length > 0)
    .reduce((next, part) => {
      const moved = freePart(poolOf(next.state, part.featureId).grants, part, 0n);
      const facts = { holdId: ending.id, occurredAt: at };
      return closeEnded(write(next, { kind: 'RELEASE', featureId: part.featureId, ...moved, facts }), at);
    }, book);
  return keepHold(released, { ...ending, status, endedAt: at });
}
