import { poolOf } from '../model/account-state.ts';
import { allocate } from '../model/allocation.ts';
import { HoldNotFoundError, InsufficientBalanceError, UsageLimitReachedError } from '../model/errors.ts';
import { statusAfter } from '../model/hold-transitions.ts';
import type { PostingOf } from '../model/posting.ts';
import type { Hold } from '../model/types.ts';
import { type Book, keepHold, nextSequence, write } from './book.ts';
import { closeEnded } from './end.ts';
import { freedOf, freePart } from './free-part.ts';
import { type Freed, reclaim } from './reclaim.ts';
import { spread } from './spread.ts';

/**
 * HOLD: reserves the whole amount or nothing, from the grants that a use would take it from. The
 * hold stores how much it reserved of each grant, so a reset or expiry meanwhile does not touch it.
 * @throws InsufficientBalanceError; UsageLimitReachedError.
 */
export function hold(book: Book, { holdId, featureId, amount, credits, expiresInMs }: PostingOf<'hold'>): Book {
  if (book.state.frozen.length > 0) throw new InsufficientBalanceError(poolOf(book.state, featureId).balance, amount, amount);
  const { shares, missing, limitedBy } = spread(book, featureId, amount, credits);
  if (limitedBy) throw new UsageLimitReachedError(limitedBy, poolOf(book.state, featureId).balance, amount);
  if (missing > 0n) throw new InsufficientBalanceError(poolOf(book.state, featureId).balance, amount, missing);
  const cause = nextSequence(book);
  const held = shares
    .filter(({ portions }) => portions.length > 0)
    .reduce((next, share) => {
      const allocations = share.portions.map((part) => allocate(part.grantId, { amount: -part.amount, held: part.amount }));
      const belongs = next === book ? {} : { cause };
      const { units, cost } = share.cost === null ? { units: null, cost: null } : share;
      const facts = { requested: share.asked, units, cost, holdId, ...belongs };
      return write(next, { kind: 'HOLD', featureId: share.featureId, allocations, facts });
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

/** @throws HoldNotFoundError. */
export function findHold(book: Book, holdId: string): Hold {
  const found = book.state.holds.get(holdId);
  if (!found) throw new HoldNotFoundError(holdId);
  return found;
}

/**
 * What the last entry freed of a hold goes the way of its grants: it is taken back with a returned
 * payment, and ends with those that have ended.
 */
export function afterHold(before: Book, book: Book, freed: readonly Freed[], at = book.now): Book {
  const entry = book.entries.at(-1);
  return entry ? closeEnded(reclaim(book, before, entry.featureId, freed, at), entry, at) : book;
}

/** RELEASE: gives all of a hold back. @throws HoldNotFoundError, HoldNotOpenError. */
export function release(book: Book, { holdId }: PostingOf<'release'>): Book {
  return endHold(book, findHold(book, holdId), 'release', book.now);
}

/** RELEASE at the end of the hold's time. @throws HoldNotOpenError. */
export function lapse(book: Book, lapsing: Hold): Book {
  return endHold(book, lapsing, 'lapse', lapsing.expiresAt);
}

function endHold(book: Book, ending: Hold, event: 'release' | 'lapse', at: Date): Book {
  const status = statusAfter(ending, event);
  const released = ending.parts
    .filter(({ portions }) => portions.length > 0)
    .reduce((next, part) => {
      const allocations = freePart(poolOf(next.state, part.featureId).grants, part, 0n);
      const facts = { holdId: ending.id, occurredAt: at };
      const written = write(next, { kind: 'RELEASE', featureId: part.featureId, allocations, facts });
      return afterHold(next, written, freedOf(part, 0n), at);
    }, book);
  return keepHold(released, { ...ending, status, endedAt: at });
}
