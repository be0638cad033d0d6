import { type Decimal, divideDown, formatDecimal, larger, multiplyUp, smaller } from '../../values/decimal.ts';
import { poolOf } from '../model/account-state.ts';
import { useOf } from '../model/allocation.ts';
import { RefusedError } from '../model/errors.ts';
import type { PostingOf } from '../model/posting.ts';
import type { LedgerEntry } from '../model/types.ts';
import { type Book, write } from './book.ts';
import { type GivenBack, giveBack } from './give-back.ts';
import type { Movement } from './movement.ts';
import { reclaim } from './reclaim.ts';

/**
 * REVERSAL: gives all or the last part of a use back to the grants that paid: credits before the
 * feature's own balance, and newest allocations first. Earlier reversals count, so never more than
 * was used goes back. What cannot go back, because its grant has ended or is full again, is lost,
 * and the entry says so.
 * @throws RefusedError.
 */
export function reverse(book: Book, { sequence, amount, reason }: PostingOf<'reverse'>): Book {
  const family = book.state.families.get(sequence) ?? [];
  const used = reversibleUse(family, sequence);
  const reversals = family.filter(({ kind }) => kind === 'REVERSAL');
  const open = (used.applied ?? 0n) - sum(reversals, (each) => (each.featureId === used.featureId ? each.requested : 0n));
  if (open <= 0n) throw new RefusedError('entryId', 'is given back wholly already');
  const asked = amount ?? open;
  if (asked > open) throw new RefusedError('amount', `must be at most ${formatDecimal(open)}: no more of this use is left`);

  const payers = family.filter(({ kind, featureId }) => kind === used.kind && featureId !== used.featureId);
  let left = asked;
  const shares = payers.toReversed().map((payer) => {
    const paid = (payer.units ?? 0n) - unitsOf(reversals, payer.featureId);
    const units = smaller(left, paid);
    left -= units;
    return { payer, units, stays: paid - units };
  });
  const own = backTo(book, used, left, unitsOf(reversals, used.featureId));
  const credits = shares.filter(({ units }) => units > 0n).map((share) => backToCredits(book, share, reversals));
  const returned = credits.reduce((total, credit) => total + credit.unitsReturned, own.returned);

  const cause = sequence;
  const first = writeBack(book, own, {
    kind: 'REVERSAL',
    featureId: used.featureId,
    allocations: own.allocations,
    facts: { requested: asked, applied: -returned, units: left, cause, reason, purchaseId: used.purchaseId },
  });
  return credits.reduce(
    (next, { payer, units, credit, back }) =>
      writeBack(next, back, {
        kind: 'REVERSAL',
        featureId: payer.featureId,
        allocations: back.allocations,
        facts: { requested: credit, applied: -back.returned, units, cost: payer.cost, cause },
      }),
    first,
  );
}

/** What comes back to a grant whose payment was returned meanwhile is taken back. */
function writeBack(book: Book, { returns, freed }: GivenBack, movement: Movement): Book {
  return reclaim(write(book, { ...movement, returns }), book, movement.featureId, freed);
}

/**
 * The use with this number. @throws RefusedError for an entry that is no use, or that only paid for
 * one.
 */
function reversibleUse(family: readonly LedgerEntry[], sequence: bigint): LedgerEntry {
  const used = family.find((entry) => entry.sequence === sequence);
  if (!used) throw new RefusedError('entryId', 'is not an entry of this ledger');
  if (used.kind !== 'USAGE' && used.kind !== 'SETTLE')
    throw new RefusedError('entryId', `is a ${used.kind}: only a USAGE or a SETTLE can be given back`);
  if (used.cause !== null)
    throw new RefusedError('entryId', `paid for the use ${used.customerId}:${used.cause}: give that one back`);
  return used;
}

/**
 * Gives the newest `units` of a use back to its own balance, after those that went back already.
 */
function backTo(book: Book, used: LedgerEntry, units: Decimal, before: Decimal) {
  return giveBack(poolOf(book.state, used.featureId), used.allocations, units, before);
}

interface CreditShare {
  readonly payer: LedgerEntry;
  readonly units: Decimal;
  /** The units that it still pays for. */
  readonly stays: Decimal;
}

/** The units that stay used cost what they did, rounded up. The rest of the credits goes back. */
function backToCredits(book: Book, { payer, units, stays }: CreditShare, reversals: readonly LedgerEntry[]) {
  const before = sum(reversals, (each) => (each.featureId === payer.featureId ? each.requested : 0n));
  const paid = useOf(payer) - before;
  const cost = payer.cost ?? 0n;
  const credit = larger(paid - (stays === 0n ? 0n : multiplyUp(stays, cost)), 0n);
  const back = giveBack(poolOf(book.state, payer.featureId), payer.allocations, credit, before);
  const unitsReturned = back.returned === credit ? units : smaller(units, divideDown(back.returned, cost));
  return { payer, units, credit, back, unitsReturned };
}

function unitsOf(reversals: readonly LedgerEntry[], featureId: string): Decimal {
  return sum(reversals, (each) => (each.featureId === featureId ? each.units : 0n));
}

function sum(entries: readonly LedgerEntry[], of: (entry: LedgerEntry) => Decimal | null): Decimal {
  return entries.reduce((total, entry) => total + (of(entry) ?? 0n), 0n);
}
