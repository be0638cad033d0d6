import { type Decimal, fits } from '../../values/decimal.ts';
import { type AccountState, dueOf, earliest, momentsOf, poolOf } from '../model/account-state.ts';
import { AmountOverflowError } from '../model/errors.ts';
import type { Allocation, Balance, Grant, Hold, LedgerEntry, LedgerEntryKind } from '../model/types.ts';

/**
 * An account while a command, or time, is applied to it: its state, and the entries so far. Whatever moves a balance comes through
 * `write`, so that every change of a number has its entry and every entry its numbers.
 *
 * After every entry: usage = granted − remaining − held + unlimited use; balance = Σ grants; each number moves by the sum of the
 * allocations.
 */
export interface Book {
  readonly state: AccountState;
  readonly entries: readonly LedgerEntry[];
  readonly now: Date;
  /** The key of the command; null where there is none. */
  readonly idempotencyKey: string | null;
}

/** What one entry does to one balance. */
export interface Movement {
  readonly kind: LedgerEntryKind;
  readonly featureId: string;
  /** All of the pool, as they are after it, in burn-down order. */
  readonly grants: readonly Grant[];
  readonly allocations: readonly Allocation[];
  readonly facts?: MovementFacts;
}

export type MovementFacts = Partial<
  Omit<
    LedgerEntry,
    | 'customerId'
    | 'sequence'
    | 'featureId'
    | 'kind'
    | 'amount'
    | 'allocations'
    | 'after'
    | 'idempotencyKey'
    | 'recordedAt'
    | 'occurredAt'
  >
> & {
  /** null or left out: now. */
  readonly occurredAt?: Date | null;
};

export function openBook(state: AccountState, now: Date, idempotencyKey: string | null = null): Book {
  return { state, entries: [], now, idempotencyKey };
}

/** The number that the next entry gets. */
export function nextSequence(book: Book): bigint {
  return book.state.sequence + 1n;
}

/** @throws AmountOverflowError where a number would not fit into 26 integer digits. */
export function write(book: Book, { kind, featureId, grants, allocations, facts = {} }: Movement): Book {
  const { state, now } = book;
  const { balance } = poolOf(state, featureId);
  const { amount, held, granted, unlimitedUse } = sumOf(allocations);
  const after = {
    granted: balance.granted + granted,
    remaining: balance.remaining + amount,
    held: balance.held + held,
    usage: balance.usage + granted - amount - held + unlimitedUse,
    ...momentsOf(grants),
  };
  const { requested = null, applied = null } = facts;
  if (![after.granted, after.remaining, after.usage, requested ?? 0n, applied ?? 0n].every(fits))
    throw new AmountOverflowError(featureId);
  const entry: LedgerEntry = {
    customerId: state.customerId,
    sequence: nextSequence(book),
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
    occurredAt: facts.occurredAt ?? now,
    recordedAt: later(now, state.recordedAt),
  };
  return { ...book, state: advance(state, entry, grants), entries: [...book.entries, entry] };
}

/** A ledger is read in its order: no entry of it is older than the one before, even where the clock went back. */
function later(now: Date, before: Date | null): Date {
  return before && before > now ? before : now;
}

function advance(state: AccountState, entry: LedgerEntry, grants: readonly Grant[]): AccountState {
  const family = entry.cause === null ? undefined : state.families.get(entry.cause);
  return {
    ...state,
    sequence: entry.sequence,
    recordedAt: entry.recordedAt,
    nextDueAt: earliest([state.nextDueAt, dueOf(grants)]),
    pools: new Map(state.pools).set(entry.featureId, { balance: balanceAfter(entry), grants }),
    families: family && entry.cause !== null ? new Map(state.families).set(entry.cause, [...family, entry]) : state.families,
  };
}

/** Keeps a hold, new or changed. */
export function keepHold(book: Book, hold: Hold): Book {
  const { state } = book;
  const nextDueAt = hold.status === 'OPEN' ? earliest([state.nextDueAt, hold.expiresAt]) : state.nextDueAt;
  return { ...book, state: { ...state, nextDueAt, holds: new Map(state.holds).set(hold.id, hold) } };
}

/** An allocation to a grant of which nothing else changes. */
export function allocate(grantId: string, change: Partial<Omit<Allocation, 'grantId'>>): Allocation {
  return { grantId, amount: 0n, held: 0n, granted: 0n, unlimitedUse: 0n, lost: 0n, ...change };
}

/** The balance as its entry left it. */
export function balanceAfter(entry: LedgerEntry): Balance {
  return { ...entry.after, customerId: entry.customerId, featureId: entry.featureId, version: entry.sequence };
}

/** What an entry took into use of its own balance, of finite and unlimited grants together; below zero where it gave back. */
export function useOf(entry: Pick<LedgerEntry, 'allocations'>): Decimal {
  return entry.allocations.reduce((sum, allocation) => sum + useIn(allocation), 0n);
}

export function useIn({ amount, held, granted, unlimitedUse }: Allocation): Decimal {
  return granted - amount - held + unlimitedUse;
}

function sumOf(allocations: readonly Allocation[]): Omit<Allocation, 'grantId' | 'lost'> {
  let [amount, held, granted, unlimitedUse] = [0n, 0n, 0n, 0n];
  for (const each of allocations) {
    amount += each.amount;
    held += each.held;
    granted += each.granted;
    unlimitedUse += each.unlimitedUse;
  }
  return { amount, held, granted, unlimitedUse };
}
