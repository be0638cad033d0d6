import { DECIMAL_LIMIT, type Decimal, larger, smaller } from '../../values/decimal.ts';
import { addInterval } from '../../values/interval.ts';
import { poolOf } from '../model/account-state.ts';
import type { Grant, Period } from '../model/types.ts';
import type { Book } from './book.ts';
import { writeGrant } from './grant.ts';

/** The grant that carries on what a period left unused. */
export interface Carried {
  readonly id: string;
  readonly expiresAt: Date | null;
  readonly at: Date;
}

/**
 * ROLLOVER: the unused amount of a grant becomes a new grant, up to the plan's limits. It was paid
 * by the same payment.
 */
export function carryOn(book: Book, grant: Grant, { id, expiresAt, at }: Carried): Book {
  const { featureId, purchaseId, paymentId } = grant;
  const amount = smaller(larger(grant.remaining, 0n), roomFor(book, grant));
  if (amount <= 0n) return book;
  const request = { id, featureId, origin: 'ROLLED_OVER', purchaseId, paymentId, amount, expiresAt } as const;
  return writeGrant(book, 'ROLLOVER', { ...request, unlimited: false, reset: null, rollover: null }, { reason: null, at });
}

/** ROLLOVER of what a paid period left unused into the next one. */
export function carryInto(book: Book, ending: Grant, next: Period): Book {
  const { id, rollover } = ending;
  if (!rollover) return book;
  const expiresAt = rollover.expiresAfter && addInterval(next.start, rollover.expiresAfter);
  // It would expire before it is made.
  return expiresAt && expiresAt <= book.now ? book : carryOn(book, ending, { id: `${id}.renewed`, expiresAt, at: book.now });
}

/**
 * How much more can be carried: the plan's limit less what is carried already. Never more than fits
 * into the balance, because a catch-up cannot be refused.
 */
function roomFor(book: Book, grant: Grant): Decimal {
  const { rollover, granted, featureId, remaining } = grant;
  const { max = null, maxPercentage = null } = rollover ?? {};
  const { balance, grants } = poolOf(book.state, featureId);
  const writable = DECIMAL_LIMIT - 1n - balance.granted;
  const bounds = [...(max === null ? [] : [max]), ...(maxPercentage === null ? [] : [(granted * BigInt(maxPercentage)) / 100n])];
  if (bounds.length === 0) return smaller(remaining, writable);
  const carried = grants.filter((each) => each.origin === 'ROLLED_OVER' && isCarriedFor(grant, each));
  return smaller(bounds.reduce(smaller) - carried.reduce((sum, each) => sum + each.remaining + each.held, 0n), writable);
}

/**
 * A plan may give a feature twice, each with its own limit, so what this grant carried counts. The
 * grants of paid periods follow each other, so of these all that the purchase carried counts.
 */
function isCarriedFor({ id, period, purchaseId }: Grant, carried: Grant): boolean {
  return period ? carried.purchaseId === purchaseId : carried.id.startsWith(`${id}.`);
}
