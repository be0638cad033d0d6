import type { Decimal } from '../../values/decimal.ts';
import { addInterval, boundariesUntil, type Interval } from '../../values/interval.ts';
import { poolOf } from '../model/account-state.ts';
import { allocate } from '../model/allocation.ts';
import { GrantExpiredError } from '../model/errors.ts';
import type { NewGrant, PostingOf } from '../model/posting.ts';
import type { Grant, GrantOrigin, LedgerEntryKind } from '../model/types.ts';
import { type Book, write } from './book.ts';
import { repay } from './overdraft.ts';

/**
 * GRANT: makes a grant. An overdraft is repaid from it first, by an allocation of its own. @throws
 * GrantExpiredError.
 */
export function grant(book: Book, { grant: request, reason }: PostingOf<'grant'>): Book {
  const at = request.since ?? book.now;
  const expiresAt = request.expiresAt ?? (request.expiresAfter ? addInterval(at, request.expiresAfter) : null);
  if (expiresAt && expiresAt <= at) throw new GrantExpiredError();
  return writeGrant(book, 'GRANT', { ...request, expiresAt }, { reason, at });
}

/** Makes a grant with an entry of this kind. */
export function writeGrant(
  book: Book,
  kind: LedgerEntryKind,
  request: Omit<NewGrant, 'origin'> & { readonly origin: GrantOrigin },
  { reason, at = book.now }: { readonly reason: string | null; readonly at?: Date },
): Book {
  const { grants } = poolOf(book.state, request.featureId);
  const { anchor, used } = usedBefore(request, at);
  const unlimitedUse = request.unlimited ? used : 0n;
  const left = request.unlimited ? request.amount : request.amount - used;
  const repaid = repay(grants, left);
  const nextReset = (reset: Interval) =>
    boundaryOf(
      { createdAt: anchor, reset, expiresAt: request.expiresAt, resetsUntil: request.resetsUntil ?? null },
      boundariesUntil(anchor, reset, at) + 1,
    );
  const made = allocate(request.id, { amount: left - repaid.amount, granted: request.amount, unlimitedUse });
  return write(book, {
    kind,
    featureId: request.featureId,
    allocations: [...repaid.allocations, made],
    makes: {
      id: request.id,
      origin: request.origin,
      purchaseId: request.purchaseId,
      paymentId: request.paymentId ?? null,
      period: request.period ?? null,
      unlimited: request.unlimited,
      reset: request.reset,
      nextResetAt: request.reset && nextReset(request.reset),
      resetsUntil: request.resetsUntil ?? null,
      rollover: request.rollover,
      expiresAt: request.expiresAt,
      createdAt: anchor,
    },
    facts: { purchaseId: request.purchaseId, paymentId: request.paymentId ?? null, reason, occurredAt: at },
  });
}

/**
 * The instant from which a grant's periods are counted, and what was used of the present period
 * before it was made.
 */
function usedBefore({ continues }: Pick<NewGrant, 'continues'>, at: Date): { readonly anchor: Date; readonly used: Decimal } {
  if (!continues) return { anchor: at, used: 0n };
  const { anchor, used, usedUntil } = continues;
  return { anchor, used: usedUntil && usedUntil <= at ? 0n : used };
}

/**
 * A grant's nth reset, counted from when it was made. null if it expires first, or resets no more.
 */
export function boundaryOf(
  {
    createdAt,
    reset,
    expiresAt,
    resetsUntil,
  }: Pick<Grant, 'createdAt' | 'expiresAt' | 'resetsUntil'> & { readonly reset: Interval },
  number: number,
): Date | null {
  const boundary = addInterval(createdAt, reset, number);
  return [expiresAt, resetsUntil].some((end) => end && end <= boundary) ? null : boundary;
}
