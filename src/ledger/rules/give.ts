import type { Decimal } from '../../values/decimal.ts';
import { addInterval, boundariesUntil, type Interval } from '../../values/interval.ts';
import { GrantExpiredError } from '../model/errors.ts';
import type { NewGrant, PostingOf } from '../model/posting.ts';
import { poolOf, withGrant } from '../model/state.ts';
import type { Grant, GrantOrigin, LedgerEntryKind } from '../model/types.ts';
import { allocate, type Book, nextSequence, write } from './book.ts';
import { repay } from './overdraft.ts';

/** GRANT: repays what is overdrawn first, as an allocation of its own; the rest is the new grant's. */
export function give(book: Book, { grant: wish, reason }: PostingOf<'grant'>): Book {
  const at = wish.since ?? book.now;
  const expiresAt = wish.expiresAt ?? (wish.expiresAfter ? addInterval(at, wish.expiresAfter) : null);
  if (expiresAt && expiresAt <= at) throw new GrantExpiredError();
  return writeGrant(book, 'GRANT', { ...wish, expiresAt }, { reason, at });
}

/** Makes a grant, by an entry of this kind. */
export function writeGrant(
  book: Book,
  kind: LedgerEntryKind,
  wish: Omit<NewGrant, 'origin'> & { readonly origin: GrantOrigin },
  { reason, at = book.now }: { readonly reason: string | null; readonly at?: Date },
): Book {
  const { grants } = poolOf(book.state, wish.featureId);
  const { anchor, used } = usedBefore(wish, at);
  const unlimitedUse = wish.unlimited ? used : 0n;
  const left = wish.unlimited ? wish.amount : wish.amount - used;
  const repaid = repay(grants, left);
  const nextReset = (reset: Interval) =>
    boundaryOf({ createdAt: anchor, reset, expiresAt: wish.expiresAt }, boundariesUntil(anchor, reset, at) + 1);
  const grant: Grant = {
    customerId: book.state.customerId,
    id: wish.id,
    featureId: wish.featureId,
    origin: wish.origin,
    purchaseId: wish.purchaseId,
    granted: wish.amount,
    remaining: left - repaid.amount,
    held: 0n,
    unlimited: wish.unlimited,
    unlimitedUse,
    reset: wish.reset,
    nextResetAt: wish.reset && nextReset(wish.reset),
    rollover: wish.rollover,
    expiresAt: wish.expiresAt,
    createdAt: anchor,
    sequence: nextSequence(book),
    lowered: 0n,
    endedAt: null,
    endedSequence: null,
  };
  return write(book, {
    kind,
    featureId: wish.featureId,
    grants: withGrant(repaid.grants, grant),
    allocations: [...repaid.allocations, allocate(grant.id, { amount: grant.remaining, granted: grant.granted, unlimitedUse })],
    facts: { purchaseId: wish.purchaseId, reason, occurredAt: at },
  });
}

/** From when the periods of a grant are counted, and what of the present one was used before it was made. */
function usedBefore({ continues }: Pick<NewGrant, 'continues'>, at: Date): { readonly anchor: Date; readonly used: Decimal } {
  if (!continues) return { anchor: at, used: 0n };
  const { anchor, used, usedUntil } = continues;
  return { anchor, used: usedUntil && usedUntil <= at ? 0n : used };
}

/** A grant's nth reset, counted from when it was made; null where it expires first. */
export function boundaryOf(
  { createdAt, reset, expiresAt }: Pick<Grant, 'createdAt' | 'expiresAt'> & { readonly reset: Interval },
  number: number,
): Date | null {
  const boundary = addInterval(createdAt, reset, number);
  return expiresAt && expiresAt <= boundary ? null : boundary;
}
