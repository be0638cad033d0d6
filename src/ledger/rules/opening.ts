import { poolOf } from '../model/account-state.ts';
import type { PostingOf } from '../model/posting.ts';
import { type Book, write } from './book.ts';
import { grant } from './grant.ts';
import { loweredBy, pickFinite } from './lowered.ts';
import { overdraw } from './overdraft.ts';

/**
 * What a customer begins with. Above zero it is a GRANT by hand. Otherwise it is an ADJUSTMENT,
 * which takes from the finite grants in burn-down order and then goes below zero: what is owed
 * counts as used, as every overdraft does, until it is repaid. An opening of zero is an entry too,
 * so that its key is kept.
 * @throws GrantExpiredError.
 */
export function opening(book: Book, { featureId, grantId, amount, expiresAt, reason }: PostingOf<'opening'>): Book {
  if (amount > 0n) {
    const made = { id: grantId, featureId, origin: 'MANUAL', purchaseId: null, amount, unlimited: false } as const;
    return grant(book, { verb: 'grant', grant: { ...made, reset: null, rollover: null, expiresAt }, reason });
  }
  const { grants, balance } = poolOf(book.state, featureId);
  const { portions, missing } = pickFinite(grants, -amount);
  const owed = overdraw(balance, grants, missing, book.now);
  return write(book, {
    kind: 'ADJUSTMENT',
    featureId,
    allocations: [...loweredBy(portions), ...owed.allocations],
    makes: owed.makes,
    facts: { reason },
  });
}
