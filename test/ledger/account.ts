/** An account without a database: what the pure rules make of postings. */
import { expect } from 'vitest';
import { type AccountState, poolOf } from '../../src/ledger/model/account-state.ts';
import type { Posting } from '../../src/ledger/model/posting.ts';
import type { Balance, Grant, LedgerEntry } from '../../src/ledger/model/types.ts';
import { applyCommand } from '../../src/ledger/rules/apply-command.ts';
import { openBook } from '../../src/ledger/rules/book.ts';
import { catchUp } from '../../src/ledger/rules/catch-up.ts';
import { FEATURE, tell } from './postings.ts';

export const NEW_ACCOUNT: AccountState = {
  customerId: 'ada',
  sequence: 0n,
  nextDueAt: null,
  recordedAt: null,
  frozen: [],
  limits: [],
  limitsVersion: 0n,
  pools: new Map(),
  holds: new Map(),
  families: new Map(),
  payments: new Map(),
};
const NOW = new Date('2026-01-31T12:00:00.000Z');

/** What stands after the postings, each in a command of its own, and the last one's entries. */
export function post(...postings: readonly Posting[]) {
  return postAfter(NEW_ACCOUNT, ...postings);
}

export function postAfter(before: AccountState, ...postings: readonly Posting[]) {
  let state = before;
  let entries: readonly LedgerEntry[] = [];
  for (const posting of postings) ({ state, entries } = applyCommand(state, { customerId: 'ada', postings: [posting] }, NOW));
  const [entry] = entries;
  if (!entry) throw new Error('nothing was posted');
  return { state, entry, told: tell(entry) };
}

/** All postings in one command: all or nothing. */
export function postTogether(before: AccountState, ...postings: readonly Posting[]) {
  return applyCommand(before, { customerId: 'ada', postings }, NOW);
}

export function grantsIn(state: AccountState, featureId = FEATURE): readonly Grant[] {
  return poolOf(state, featureId).grants;
}

export function balanceIn(state: AccountState, featureId = FEATURE): Balance {
  return poolOf(state, featureId).balance;
}

/** An instant, and what is posted then, each in a command of its own. */
export type Step = readonly [now: string, ...postings: readonly Posting[]];

/**
 * A new account that goes through time. At each step it catches up first.
 */
export function live(...steps: readonly Step[]) {
  return liveOn(NEW_ACCOUNT, ...steps);
}

/** The same for an account that has lived. The entries are those of these steps. */
export function liveOn(before: AccountState, ...steps: readonly Step[]) {
  let state = before;
  const entries: LedgerEntry[] = [];
  const take = (next: { readonly state: AccountState; readonly entries: readonly LedgerEntry[] }) => {
    state = next.state;
    entries.push(...next.entries);
    expectTrue(state);
  };
  for (const [instant, ...postings] of steps) {
    const now = new Date(instant);
    take(catchUp(openBook(state, now), null));
    for (const posting of postings) take(applyCommand(state, { customerId: 'ada', postings: [posting] }, now));
  }
  return { state, entries, told: entries.map(tell) };
}

/**
 * Every balance is what its grants add up to, and knows when the first of them resets or ends; only
 * what is owed is below zero.
 */
function expectTrue({ pools, nextDueAt }: AccountState): void {
  for (const { balance, grants } of pools.values()) {
    const total = (of: (grant: Grant) => bigint) => grants.reduce((sum, grant) => sum + of(grant), 0n);
    const [remaining, held] = [total((grant) => grant.remaining), total((grant) => grant.held)];
    const granted = total((grant) => (grant.endedAt === null ? grant.granted : grant.held));
    const usage = granted - remaining - held + total((grant) => grant.unlimitedUse);
    const live = grants.filter(({ endedAt }) => endedAt === null);
    const usable = live.filter((grant) => grant.remaining !== 0n || grant.held !== 0n || grant.unlimited || grant.reset !== null);
    const nextResetAt = first(usable.map((grant) => grant.nextResetAt));
    const nextExpiryAt = first(usable.map((grant) => grant.expiresAt));
    const unlimited = live.some((grant) => grant.unlimited);
    expect(balance).toMatchObject({ remaining, held, granted, usage, unlimited, nextResetAt, nextExpiryAt });

    const due = first(live.flatMap((grant) => [grant.nextResetAt, grant.expiresAt]));
    if (due) expect(nextDueAt && nextDueAt <= due).toBe(true);
    const owed = grants.filter((grant) => grant.remaining < 0n);
    expect(owed.every(({ origin }) => origin === 'OVERDRAFT')).toBe(true);
    if (owed.length > 0) expect(grants.filter((grant) => grant.remaining > 0n)).toEqual([]);
  }
}

function first(instants: readonly (Date | null)[]): Date | null {
  return instants.flatMap((instant) => instant ?? []).sort((a, b) => a.getTime() - b.getTime())[0] ?? null;
}
