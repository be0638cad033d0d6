import { DECIMAL_LIMIT, type Decimal, larger, smaller } from '../../values/decimal.ts';
import { addBeyond, addInterval, boundariesUntil, type Interval } from '../../values/interval.ts';
import { type AccountState, dueOf, earlier, earliest, isLive, poolOf } from '../model/account-state.ts';
import { allocate } from '../model/allocation.ts';
import { canLapse } from '../model/hold-transitions.ts';
import type { Ahead } from '../model/posting.ts';
import type { Grant, Hold } from '../model/types.ts';
import { type Book, write } from './book.ts';
import { endGrant } from './end.ts';
import { boundaryOf, writeGrant } from './grant.ts';
import { lapse } from './hold.ts';
import { repay } from './overdraft.ts';

/**
 * What time does to an account: every change that was due until `book.now`, in the order of their instants, each dated at
 * its own. At one instant: holds lapse, grants expire, the unused is rolled over, periods begin. Of several boundaries that
 * were missed only the last is posted.
 *
 * The state must hold every grant and every open hold of the account whose instant has come; `later` is the nearest instant among those that it does
 * not hold.
 */
export function catchUp(book: Book, later: Date | null): Book {
  return withNextDue(catchUpUntilNow(book), later);
}

/**
 * The same until an instant that is still to come: no boundary is missed, and every change is recorded at the instant at which it was
 * due. Stops after `maxInstants` of them.
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

/** When time next changes one of the grants or holds that the state holds. */
function heldDueAt({ pools, holds }: AccountState): Date | null {
  return earliest([
    ...[...pools.values()].map(({ grants }) => dueOf(grants)),
    ...openHolds(holds.values()).map(({ expiresAt }) => expiresAt),
  ]);
}

/** The earliest instant that has come. Asked once for each instant, of all grants: so in plain loops. */
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

/** The live grants of all features that are meant, in a fixed order. */
function liveGrants({ state }: Book, isMeant: (grant: Grant) => boolean): readonly Grant[] {
  const features = [...state.pools].sort(([a], [b]) => (a < b ? -1 : 1));
  return features.flatMap(([, { grants }]) => grants.filter((grant) => isLive(grant) && isMeant(grant)));
}

interface Reset {
  /** The boundary's number, counted from when the grant was made. */
  readonly number: number;
  readonly at: Date;
  readonly interval: Interval;
}

/** The boundary to post: the last that has come, of those before the grant expires. */
function resetOf(grant: Grant, now: Date): Reset | null {
  const { reset, nextResetAt, createdAt, expiresAt } = grant;
  if (!reset || !nextResetAt || nextResetAt.getTime() > now.getTime()) return null;
  const until = expiresAt && expiresAt <= now ? new Date(expiresAt.getTime() - 1) : now;
  const number = boundariesUntil(createdAt, reset, until);
  return { number, at: addInterval(createdAt, reset, number), interval: reset };
}

type DueReset = Reset & Pick<Grant, 'id' | 'featureId'>;

function find(book: Book, { id, featureId }: DueReset): Grant | undefined {
  return poolOf(book.state, featureId).grants.find((grant) => grant.id === id);
}

/** ROLLOVER: what is unused of a grant becomes a grant of its own, as far as the plan allows it to gather; it ends by the grant's own anchor. */
function rollOver(book: Book, reset: DueReset): Book {
  const grant = find(book, reset);
  if (!grant?.rollover) return book;
  const { rollover, featureId, purchaseId } = grant;
  const amount = smaller(larger(grant.remaining, 0n), roomFor(book, grant));
  if (amount <= 0n) return book;
  const expiresAt = rollover.expiresAfter && addBeyond(grant.createdAt, reset.interval, reset.number, rollover.expiresAfter);
  const request = { id: `${grant.id}.${reset.number}`, featureId, origin: 'ROLLED_OVER', purchaseId, amount } as const;
  const terms = { unlimited: false, reset: null, rollover: null, expiresAt };
  return writeGrant(book, 'ROLLOVER', { ...request, ...terms }, { reason: null, at: reset.at });
}

/**
 * How much more may be carried: as the plan bounds it, less what is carried already. In any case no more than can be written, for what
 * time does cannot be refused.
 */
function roomFor(book: Book, { id, rollover, granted, featureId, remaining }: Grant): Decimal {
  const { max = null, maxPercentage = null } = rollover ?? {};
  const { balance, grants } = poolOf(book.state, featureId);
  const writable = DECIMAL_LIMIT - 1n - balance.granted;
  const bounds = [...(max === null ? [] : [max]), ...(maxPercentage === null ? [] : [(granted * BigInt(maxPercentage)) / 100n])];
  if (bounds.length === 0) return smaller(remaining, writable);
  // Of this grant only: a plan may give a feature twice, each with a bound of its own.
  const carried = grants.filter((each) => each.origin === 'ROLLED_OVER' && each.id.startsWith(`${id}.`));
  return smaller(bounds.reduce(smaller) - carried.reduce((sum, each) => sum + each.remaining + each.held, 0n), writable);
}

/** ADJUSTMENT: a correction was of the period that ends, so what it took off what is granted comes back. */
function restore(book: Book, reset: DueReset): Book {
  const grant = find(book, reset);
  if (!grant || grant.lowered === 0n) return book;
  const { grants, balance } = poolOf(book.state, grant.featureId);
  // No more than can be written, for what time does cannot be refused.
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

/** RESET: what was granted is all there again, but for what is held; an overdraft is repaid from it first. */
function beginPeriod(before: Book, reset: DueReset): Book {
  const book = restore(before, reset);
  const grant = find(book, reset);
  if (!grant) return book;
  const { grants } = poolOf(book.state, grant.featureId);
  const refill = grant.unlimited ? 0n : grant.granted - grant.held - grant.remaining;
  const repaid = repay(grants, refill);
  const amount = refill - repaid.amount;
  const nextResetAt = boundaryOf({ ...grant, reset: reset.interval }, reset.number + 1);
  return write(book, {
    kind: 'RESET',
    featureId: grant.featureId,
    allocations: [...repaid.allocations, allocate(grant.id, { amount, unlimitedUse: -grant.unlimitedUse })],
    reschedules: [{ grantId: grant.id, nextResetAt }],
    facts: { purchaseId: grant.purchaseId, occurredAt: reset.at },
  });
}
