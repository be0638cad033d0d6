/** An account without a database: what the pure rules make of postings. */
import type { Posting } from '../../src/ledger/posting.ts';
import { applyCommand } from '../../src/ledger/rules.ts';
import { type AccountState, poolOf } from '../../src/ledger/state.ts';
import type { Grant, LedgerEntry } from '../../src/ledger/types.ts';
import { FEATURE, tell } from './postings.ts';

export const NEW_ACCOUNT: AccountState = {
  customerId: 'ada',
  sequence: 0n,
  nextDueAt: null,
  pools: new Map(),
  holds: new Map(),
  families: new Map(),
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
