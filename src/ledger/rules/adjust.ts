import { type Decimal, formatDecimal, larger } from '../../values/decimal.ts';
import { poolOf } from '../model/account-state.ts';
import { RefusedError } from '../model/errors.ts';
import type { PostingOf } from '../model/posting.ts';
import { type Book, write } from './book.ts';
import { writeGrant } from './grant.ts';
import { loweredBy, pickFinite } from './lowered.ts';

/**
 * ADJUSTMENT: corrects a balance by an amount or to an amount. Upward it makes a grant. Downward it
 * takes from the finite grants in burn-down order, never below zero; what it takes from a grant
 * that resets comes back with the next period.
 * @throws RefusedError.
 */
export function adjust(book: Book, { featureId, grantId, to, reason }: PostingOf<'adjust'>): Book {
  const { balance } = poolOf(book.state, featureId);
  const by = 'by' in to ? to.by : to.remaining - balance.remaining;
  if (by > 0n) {
    const request = { id: grantId, featureId, origin: 'MANUAL', purchaseId: null, amount: by, unlimited: false } as const;
    return writeGrant(book, 'ADJUSTMENT', { ...request, reset: null, rollover: null, expiresAt: null }, { reason });
  }
  return lower(book, featureId, -by, reason);
}

function lower(book: Book, featureId: string, amount: Decimal, reason: string | null): Book {
  const { grants, balance } = poolOf(book.state, featureId);
  const { portions, missing } = pickFinite(grants, amount);
  if (missing > 0n) {
    const there = larger(balance.remaining, 0n);
    if (there === 0n) throw new RefusedError('by', 'must be above zero: nothing remains');
    throw new RefusedError('by', `must be at least -${formatDecimal(there)}: no more than that remains`);
  }
  return write(book, { kind: 'ADJUSTMENT', featureId, allocations: loweredBy(portions), facts: { reason } });
}
