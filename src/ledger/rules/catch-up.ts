import { DECIMAL_LIMIT, larger, smaller } from '../../values/decimal.ts';
import { addBeyond, addInterval, boundariesUntil, type Interval } from '../../values/interval.ts';
import { type AccountState, dueOf, earlier, earliest, isLive, poolOf } from '../model/account-state.ts';
import { allocate } from '../model/allocation.ts';
import { canLapse } from '../model/hold-transitions.ts';
import type { Ahead } from '../model/posting.ts';
import type { Grant, Hold } from '../model/types.ts';
import { type Book, write } from './book.ts';
import { carryOn } from './carry.ts';
import { endGrant } from './end.ts';
import { boundaryOf } from './grant.ts';
import { lapse } from './hold.ts';
import { repay } from './overdraft.ts';

/**
 * Lets an account catch up: applies every change that was due by `book.now`, in the order of their
 * instants, each dated at its own. At one instant holds lapse, then grants expire, then unused
 * amounts are rolled over, then periods begin. Of several missed resets of a grant only the last is
 * posted.
 *
 * The state must contain every due grant and open hold of the account. `later` is the nearest
 * instant of those that it does not contain.
 */
export function catchUp(book: Book, later: Date | null): Book {
  return withNextDue(catchUpUntilNow(book), later);
}

/**
 * The same until an instant in the future. No reset is missed, and every change is recorded at the
 * instant at which it is due. Stops after `maxInstants` instants.
 */
export function catchUpAhead(book: Book, { until, maxInstants }: Ahead, later: Date | null): Book {
  let next = catchUpUntilNow(book);
  for (let instants = 0; instants < maxInstants; instants += 1) {
    const at = heldDueAt(next.state);
    if (!at || at > until) break;
    next = catchUpUntilNow({ ...next, now: at });
  }
  return withNextDue(next, later);
}

function catchUpUntilNow(book: Book): Book {
  let next = book;
  for (let at = nextInstant(next); at !== null; at = nextInstant(next)) next = applyInstant(next, at);
  return next;
}

function withNextDue(book: Book, later: Date | null): Book {
  const nextDueAt = earlier(later, heldDueAt(book.state));
  const isSame = nextDueAt?.getTime() === book.state.nextDueAt?.getTime();
  return isSame ? book : { ...book, state: { ...book.state, nextDueAt } };
}

/** When the account is next due, as far as its state knows. */
function heldDueAt({ pools, holds }: AccountState): Date | null {
  return earliest([
    ...[...pools.values()].map(({ grants }) => dueOf(grants)),
    ...openHolds(holds.values()).map(({ expiresAt }) => expiresAt),
  ]);
}

/**
 * The earliest instant that is due. Uses plain loops, because it runs over all grants for each
 * instant.
 */
function nextInstant({ state: { pools, holds }, now }: Book): Date | null {
  let next: Date | null = null;
  for (const hold of holds.values()) if (canLapse(hold)) next = earlier(next, hold.expiresAt);
  for (const { grants } of pools.values()) {
    for (const grant of grants) {
      if (isLive(grant)) next = earlier(next, earlier(grant.expiresAt, resetOf(grant, now)?.at ?? null));
    }
  }
  return next && next <= now ? next : null;
}

function openHolds(holds: Iterable<Hold>): readonly Hold[] {
  return [...holds].filter(canLapse);
}

function applyInstant(book: Book, at: Date): Book {
  const isNow = (instant: Date | null | undefined) => instant?.getTime() === at.getTime();
  const lapsed = openHolds(book.state.holds.values())
    .filter(({ expiresAt }) => isNow(expiresAt))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .reduce(lapse, book);
  const expired = liveGrants(lapsed, ({ expiresAt }) => isNow(expiresAt)).reduce(
    (next, grant) => endGrant(next, grant, { kind: 'EXPIRY', at, reason: null }),
    lapsed,
  );
  const resets = liveGrants(expired, (grant) => isNow(resetOf(grant, book.now)?.at)).flatMap((grant) => {
    const reset = resetOf(grant, book.now);
    return reset ? [{ id: grant.id, featureId: grant.featureId, ...reset }] : [];
  });
  const rolledOver = resets.reduce((next, reset) => rollOver(next, reset), expired);
  return resets.reduce((next, reset) => beginPeriod(next, reset), rolledOver);
}

/** The live grants of all features that `isMeant` selects, in a fixed order. */
function liveGrants({ state }: Book, isMeant: (grant: Grant) => boolean): readonly Grant[] {
  const features = [...state.pools].sort(([a], [b]) => (a < b ? -1 : 1));
  return features.flatMap(([, { grants }]) => grants.filter((grant) => isLive(grant) && isMeant(grant)));
}

interface Reset {
  /** The number of the reset, counted from when the grant was made. */
  readonly number: number;
  readonly at: Date;
  readonly interval: Interval;
}

/** The reset to post: the last one that is due and lies before the grant ends or resets no more. */
function resetOf(grant: Grant, now: Date): Reset | null {
  const { reset, nextResetAt, createdAt, expiresAt, resetsUntil } = grant;
  if (!reset || !nextResetAt || nextResetAt.getTime() > now.getTime()) return null;
  const end = earlier(expiresAt, resetsUntil);
  const until = end && end <= now ? new Date(end.getTime() - 1) : now;
  const number = boundariesUntil(createdAt, reset, until);
  return { number, at: addInterval(createdAt, reset, number), interval: reset };
}

type DueReset = Reset & Pick<Grant, 'id' | 'featureId'>;

function find(book: Book, { id, featureId }: Pick<Grant, 'id' | 'featureId'>): Grant | undefined {
  return poolOf(book.state, featureId).grants.find((grant) => grant.id === id);
}

/** ROLLOVER. The expiry of what is carried is counted from the first grant's anchor. */
function rollOver(book: Book, { number, at, interval, ...reset }: DueReset): Book {
  const grant = find(book, reset);
  if (!grant?.rollover) return book;
  const { expiresAfter } = grant.rollover;
  const expiresAt = expiresAfter && addBeyond(grant.createdAt, interval, number, expiresAfter);
  return carryOn(book, grant, { id: `${grant.id}.${number}`, expiresAt, at });
}

/**
 * ADJUSTMENT: a correction lasts for its period, so what it took off `granted` comes back with the
 * next.
 */
function restore(book: Book, reset: DueReset): Book {
  const grant = find(book, reset);
  if (!grant || grant.lowered <= 0n) return book;
  const { grants, balance } = poolOf(book.state, grant.featureId);
  // Never more than fits into the balance, because a catch-up cannot be refused.
  const back = smaller(grant.lowered, DECIMAL_LIMIT - 1n - balance.granted);
  if (back === 0n) return book;
  const repaid = repay(grants, back);
  const amount = back - repaid.amount;
  return write(book, {
    kind: 'ADJUSTMENT',
    featureId: grant.featureId,
    allocations: [...repaid.allocations, allocate(grant.id, { amount, granted: back })],
    facts: { purchaseId: grant.purchaseId, occurredAt: reset.at },
  });
}

/**
 * RESET: refills the grant to what was granted, less what is held, and less what a returned payment
 * takes off. The refill repays an overdraft first.
 */
function beginPeriod(before: Book, reset: DueReset): Book {
  const book = restore(before, reset);
  const grant = find(book, reset);
  if (!grant) return book;
  const { grants } = poolOf(book.state, grant.featureId);
  const off = smaller(larger(-grant.lowered, 0n), grant.granted - grant.held);
  const refill = grant.unlimited ? 0n : grant.granted - off - grant.held - grant.remaining;
  const repaid = repay(grants, refill);
  const amount = refill - repaid.amount;
  const nextResetAt = boundaryOf({ ...grant, reset: reset.interval }, reset.number + 1);
  return write(book, {
    kind: 'RESET',
    featureId: grant.featureId,
    allocations: [...repaid.allocations, allocate(grant.id, { amount, granted: -off, unlimitedUse: -grant.unlimitedUse })],
    reschedules: [{ grantId: grant.id, nextResetAt }],
    facts: { purchaseId: grant.purchaseId, occurredAt: reset.at },
  });
}
