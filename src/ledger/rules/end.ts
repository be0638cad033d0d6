import { isLive, poolOf } from '../model/account-state.ts';
import { allocate } from '../model/allocation.ts';
import { RefusedError } from '../model/errors.ts';
import type { PostingOf } from '../model/posting.ts';
import type { Allocation, Grant, LedgerEntry, LedgerEntryKind } from '../model/types.ts';
import { type Book, write } from './book.ts';

/**
 * How grants end: at their expiry (EXPIRY) or before it (VOID). What is held of an ended grant
 * stays held until the hold ends.
 */

interface Ending {
  readonly kind: 'EXPIRY' | 'VOID';
  readonly at: Date;
  readonly reason: string | null;
}

/** Removes what is left from remaining and what was used from usage. What is held still counts. */
export function endGrant(book: Book, grant: Grant, { kind, at, reason }: Ending): Book {
  return write(book, {
    kind,
    featureId: grant.featureId,
    ends: { grantId: grant.id, at },
    allocations: [
      allocate(grant.id, {
        amount: -grant.remaining,
        granted: -(grant.granted - grant.held),
        unlimitedUse: -grant.unlimitedUse,
      }),
    ],
    facts: { purchaseId: grant.purchaseId, reason, occurredAt: at },
  });
}

/**
 * Ends what an entry brought back from a hold to grants that have ended meanwhile, with an entry of
 * the kind that ended them.
 */
export function closeEnded(book: Book, entry: LedgerEntry | undefined, at: Date): Book {
  if (!entry) return book;
  return entry.allocations.reduce((next, allocation) => {
    const grant = poolOf(next.state, entry.featureId).grants.find((each) => each.id === allocation.grantId);
    return grant && !isLive(grant) ? letGo(next, grant, allocation, at) : next;
  }, book);
}

function letGo(book: Book, grant: Grant, back: Allocation, at: Date): Book {
  const allocation = allocate(grant.id, { amount: -grant.remaining, granted: back.held, unlimitedUse: -back.unlimitedUse });
  return write(book, {
    kind: endedKind(grant),
    featureId: grant.featureId,
    allocations: [allocation],
    facts: { purchaseId: grant.purchaseId, occurredAt: at },
  });
}

/** The kind of the entry that ended a grant. */
function endedKind({ expiresAt, endedAt }: Grant): LedgerEntryKind {
  return expiresAt && endedAt && expiresAt <= endedAt ? 'EXPIRY' : 'VOID';
}

/** VOID of one grant. Writes nothing if it has ended already. @throws RefusedError. */
export function voidGrant(book: Book, { featureId, grantId, reason }: PostingOf<'void'>): Book {
  const grant = poolOf(book.state, featureId).grants.find((each) => each.id === grantId);
  if (!grant) throw new RefusedError('grantId', `there is no grant with the id ${JSON.stringify(grantId)}`);
  if (grant.origin === 'OVERDRAFT') {
    throw new RefusedError('grantId', 'is an overdraft: whatever comes next repays it, and adjustBalance can');
  }
  return isLive(grant) ? endGrant(book, grant, { kind: 'VOID', at: book.now, reason }) : book;
}

/**
 * VOID of the grants that a purchase includes or gives for its periods, and of what was rolled over
 * from them. What was bought once stays.
 */
export function endPurchase(book: Book, { featureId, purchaseId, reason }: PostingOf<'end'>): Book {
  return includedOf(book, featureId, purchaseId).reduce(
    (next, grant) => endGrant(next, grant, { kind: 'VOID', at: book.now, reason }),
    book,
  );
}

/**
 * ADJUSTMENT of the dates alone: the grants that a purchase includes expire at `until` at the
 * latest.
 */
export function limitPurchase(book: Book, { featureId, purchaseId, until, reason }: PostingOf<'limit'>): Book {
  const limited = includedOf(book, featureId, purchaseId).filter(({ expiresAt }) => !expiresAt || expiresAt > until);
  if (limited.length === 0) return book;
  return write(book, {
    kind: 'ADJUSTMENT',
    featureId,
    allocations: limited.map(({ id }) => allocate(id, {})),
    reschedules: limited.map(({ id, nextResetAt }) => ({
      grantId: id,
      expiresAt: until,
      nextResetAt: nextResetAt && nextResetAt < until ? nextResetAt : null,
    })),
    facts: { purchaseId, reason },
  });
}

function includedOf(book: Book, featureId: string, purchaseId: string): readonly Grant[] {
  return poolOf(book.state, featureId).grants.filter(
    (grant) => isLive(grant) && grant.purchaseId === purchaseId && (grant.origin !== 'BOUGHT' || grant.period !== null),
  );
}
