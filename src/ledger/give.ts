import { addInterval, type Interval } from '../interval.ts';
import { allocate, type Book, nextSequence, write } from './book.ts';
import { GrantExpiredError } from './errors.ts';
import { repay } from './overdraft.ts';
import type { NewGrant, PostingOf } from './posting.ts';
import { poolOf, withGrant } from './state.ts';
import type { Grant, GrantOrigin, LedgerEntryKind } from './types.ts';

/** GRANT: repays what is overdrawn first, as an allocation of its own; the rest is the new grant's. */
export function give(book: Book, { grant: wish, reason }: PostingOf<'grant'>): Book {
  const at = wish.since ?? book.now;
  if (wish.expiresAt && wish.expiresAt <= at) throw new GrantExpiredError();
  return writeGrant(book, 'GRANT', wish, { reason, at });
}

/** Makes a grant, by an entry of this kind. */
export function writeGrant(
  book: Book,
  kind: LedgerEntryKind,
  wish: Omit<NewGrant, 'origin'> & { readonly origin: GrantOrigin },
  { reason, at = book.now }: { readonly reason: string | null; readonly at?: Date },
): Book {
  const { grants } = poolOf(book.state, wish.featureId);
  const repaid = repay(grants, wish.amount);
  const grant: Grant = {
    customerId: book.state.customerId,
    id: wish.id,
    featureId: wish.featureId,
    origin: wish.origin,
    purchaseId: wish.purchaseId,
    granted: wish.amount,
    remaining: wish.amount - repaid.amount,
    held: 0n,
    unlimited: wish.unlimited,
    unlimitedUse: 0n,
    reset: wish.reset,
    nextResetAt: wish.reset && boundaryOf({ createdAt: at, reset: wish.reset, expiresAt: wish.expiresAt }, 1),
    rollover: wish.rollover,
    expiresAt: wish.expiresAt,
    createdAt: at,
    sequence: nextSequence(book),
    lowered: 0n,
    endedAt: null,
    endedSequence: null,
  };
  return write(book, {
    kind,
    featureId: wish.featureId,
    grants: withGrant(repaid.grants, grant),
    allocations: [...repaid.allocations, allocate(grant.id, { amount: grant.remaining, granted: grant.granted })],
    facts: { purchaseId: wish.purchaseId, reason, occurredAt: at },
  });
}

/** A grant's nth reset, counted from when it was made; null where it expires first. */
export function boundaryOf(
  { createdAt, reset, expiresAt }: Pick<Grant, 'createdAt' | 'expiresAt'> & { readonly reset: Interval },
  number: number,
): Date | null {
  const boundary = addInterval(createdAt, reset, number);
  return expiresAt && expiresAt <= boundary ? null : boundary;
}
