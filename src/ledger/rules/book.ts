import { fits } from '../../values/decimal.ts';
import { type AccountState, balanceAfter, dueOf, earlier, momentsOf, poolOf } from '../model/account-state.ts';
import { sumOf } from '../model/allocation.ts';
import { AmountOverflowError } from '../model/errors.ts';
import { canLapse } from '../model/hold-transitions.ts';
import type { Command } from '../model/posting.ts';
import type { Grant, Hold, LedgerEntry } from '../model/types.ts';
import { withEntry, withHold } from './limit-use.ts';
import { grantsAfter, type Movement } from './movement.ts';

/**
 * An account while a command or a catch-up is applied to it: its state and the entries so far.
 * Every change of a balance goes through `write`, so each change has an entry and each entry has
 * the numbers after it.
 *
 * After every entry: usage = granted − remaining − held + unlimited use; balance = Σ grants; each
 * number moves by the sum of the allocations.
 */
export interface Book {
  readonly state: AccountState;
  readonly entries: readonly LedgerEntry[];
  readonly now: Date;
  /** The key of the command; null where there is none. */
  readonly idempotencyKey: string | null;
  /** Who asks for the command; null where nobody does. */
  readonly madeBy: string | null;
}

export function openBook(
  state: AccountState,
  now: Date,
  { idempotency, madeBy }: Pick<Command, 'idempotency' | 'madeBy'> = {},
): Book {
  return { state, entries: [], now, idempotencyKey: idempotency?.key ?? null, madeBy: madeBy ?? null };
}

/** The sequence number of the next entry. */
export function nextSequence(book: Book): bigint {
  return book.state.sequence + 1n;
}

/**
 * Applies a movement and adds its entry. @throws AmountOverflowError if a number would not fit into
 * 26 integer digits.
 */
export function write(book: Book, movement: Movement): Book {
  const { kind, featureId, allocations, facts = {} } = movement;
  const { state, now } = book;
  const { customerId } = state;
  const pool = poolOf(state, featureId);
  const { balance } = pool;
  const sequence = nextSequence(book);
  const grants = grantsAfter(pool.grants, movement, { customerId, sequence });
  const { amount, held, granted, unlimitedUse } = sumOf(allocations);
  const { unlimited, nextResetAt, nextExpiryAt } = momentsOf(grants);
  const after = {
    granted: balance.granted + granted,
    remaining: balance.remaining + amount,
    held: balance.held + held,
    usage: balance.usage + granted - amount - held + unlimitedUse,
    unlimited,
    nextResetAt,
    nextExpiryAt,
  };
  const { requested = null, applied = null } = facts;
  const allFit =
    fits(after.granted) && fits(after.remaining) && fits(after.usage) && fits(requested ?? 0n) && fits(applied ?? 0n);
  if (!allFit) throw new AmountOverflowError(featureId);
  const entry: LedgerEntry = {
    customerId,
    sequence,
    featureId,
    kind,
    amount,
    requested,
    applied,
    units: facts.units ?? null,
    cost: facts.cost ?? null,
    cause: facts.cause ?? null,
    holdId: facts.holdId ?? null,
    allocations,
    after,
    idempotencyKey: book.idempotencyKey,
    properties: facts.properties ?? null,
    reason: facts.reason ?? null,
    purchaseId: facts.purchaseId ?? null,
    paymentId: facts.paymentId ?? null,
    refundId: facts.refundId ?? null,
    disputeId: facts.disputeId ?? null,
    madeBy: book.madeBy,
    occurredAt: facts.occurredAt ?? now,
    recordedAt: later(now, state.recordedAt),
  };
  return { ...book, state: advance(state, entry, grants), entries: [...book.entries, entry] };
}

/** No entry is recorded before the one before it, even if the clock went back. */
function later(now: Date, before: Date | null): Date {
  return before && before > now ? before : now;
}

function advance(state: AccountState, entry: LedgerEntry, grants: readonly Grant[]): AccountState {
  const family = entry.cause === null ? undefined : state.families.get(entry.cause);
  return {
    ...state,
    frozen: state.frozen.length === 0 || entry.after.remaining < 0n ? state.frozen : thawed(state.frozen, entry.featureId),
    limits: withEntry(state, entry),
    sequence: entry.sequence,
    recordedAt: entry.recordedAt,
    nextDueAt: earlier(state.nextDueAt, dueOf(grants)),
    pools: new Map(state.pools).set(entry.featureId, { balance: balanceAfter(entry), grants }),
    payments: entry.paymentId === null ? state.payments : withPayment(state.payments, entry.paymentId, entry),
    families: family && entry.cause !== null ? new Map(state.families).set(entry.cause, [...family, entry]) : state.families,
  };
}

/** A balance that is not below zero any more freezes nothing. */
function thawed(frozen: AccountState['frozen'], featureId: string): AccountState['frozen'] {
  return frozen.includes(featureId) ? frozen.filter((each) => each !== featureId) : frozen;
}

/** Lets the customer use nothing for as long as this balance is below zero. */
export function freeze(book: Book, featureId: string): Book {
  const { state } = book;
  if (poolOf(state, featureId).balance.remaining >= 0n || state.frozen.includes(featureId)) return book;
  return { ...book, state: { ...state, frozen: [...state.frozen, featureId] } };
}

function withPayment(payments: AccountState['payments'], paymentId: string, entry: LedgerEntry): AccountState['payments'] {
  return new Map(payments).set(paymentId, [...(payments.get(paymentId) ?? []), entry]);
}

/** Stores a new or changed hold. */
export function keepHold(book: Book, hold: Hold): Book {
  const { state } = book;
  const nextDueAt = canLapse(hold) ? earlier(state.nextDueAt, hold.expiresAt) : state.nextDueAt;
  const limits = withHold(state, state.holds.get(hold.id), hold);
  return { ...book, state: { ...state, nextDueAt, limits, holds: new Map(state.holds).set(hold.id, hold) } };
}
