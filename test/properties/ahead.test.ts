/** An account that runs ahead of the clock gets the entries of one that goes step by step. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AccountState } from '../../src/ledger/model/account-state.ts';
import type { Posting } from '../../src/ledger/model/posting.ts';
import type { LedgerEntry } from '../../src/ledger/model/types.ts';
import { openBook } from '../../src/ledger/rules/book.ts';
import { catchUp, catchUpAhead } from '../../src/ledger/rules/catch-up.ts';
import { DomainError } from '../../src/values/errors.ts';
import type { Interval } from '../../src/values/interval.ts';
import { live, liveOn } from '../ledger/account.ts';
import { grant, hold, use } from '../ledger/postings.ts';
import { runs } from './seed.ts';

const START = new Date('2026-01-31T12:00:00.000Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const interval: fc.Arbitrary<Interval> = fc.record({
  unit: fc.constantFrom('HOUR', 'DAY', 'WEEK', 'MONTH'),
  count: fc.integer({ min: 1, max: 40 }),
});
const terms = fc.record({
  unlimited: fc.boolean(),
  reset: fc.option(interval, { nil: null }),
  expiresAt: fc.option(fc.integer({ min: 1, max: 120 }).map((days) => new Date(START.getTime() + days * DAY_MS))),
  rollover: fc.option(
    fc.record({
      max: fc.option(fc.bigInt({ min: 1n, max: 90n }).map((units) => units * 10n ** 12n)),
      maxPercentage: fc.constant(null),
      expiresAfter: fc.option(interval),
    }),
  ),
});
const account = fc
  .record({
    grants: fc.array(fc.record({ amount: fc.integer({ min: 1, max: 50 }), terms }), { minLength: 1, maxLength: 4 }),
    holds: fc.array(fc.record({ amount: fc.integer({ min: 1, max: 9 }), hours: fc.integer({ min: 1, max: 800 }) }), {
      maxLength: 3,
    }),
    used: fc.integer({ min: 1, max: 150 }),
    overdraws: fc.boolean(),
  })
  .map(({ grants, holds, used, overdraws }): AccountState => {
    const given: Posting[] = grants.map((each, index) =>
      grant(`g${index}`, each.terms.unlimited ? '0' : `${each.amount}`, {
        ...each.terms,
        rollover: each.terms.reset ? (each.terms.rollover ?? null) : null,
      }),
    );
    let { state } = live([START.toISOString(), ...given]);
    for (const [index, { amount, hours }] of holds.entries()) {
      state = tryOn(state, hold(`h${index}`, `${amount}`, { expiresInMs: hours * HOUR_MS }));
    }
    return tryOn(state, use(`${used}`, overdraws ? 'OVERDRAW' : 'CAP'));
  });

/** What is refused changes nothing. */
function tryOn(state: AccountState, posting: Posting): AccountState {
  try {
    return liveOn(state, [START.toISOString(), posting]).state;
  } catch (error) {
    if (error instanceof DomainError) return state;
    throw error;
  }
}

interface Lived {
  readonly state: AccountState;
  readonly entries: readonly LedgerEntry[];
}

function fromInstantToInstant(before: AccountState, until: Date): Lived {
  let lived: Lived = { state: before, entries: [] };
  for (let at = before.nextDueAt; at && at <= until; at = lived.state.nextDueAt) {
    const { state, entries } = catchUp(openBook(lived.state, at), null);
    lived = { state, entries: [...lived.entries, ...entries] };
  }
  return lived;
}

function ahead(before: AccountState, until: Date, maxInstants: number): Lived {
  let lived: Lived = { state: before, entries: [] };
  while (lived.state.nextDueAt && lived.state.nextDueAt <= until) {
    const { state, entries } = catchUpAhead(openBook(lived.state, START), { until, maxInstants }, null);
    lived = { state, entries: [...lived.entries, ...entries] };
  }
  return lived;
}

test('an account that runs ahead gets the same entries at the same instants as one that goes step by step', () => {
  const leap = fc.record({ account, days: fc.integer({ min: 1, max: 90 }), maxInstants: fc.integer({ min: 1, max: 50 }) });
  fc.assert(
    fc.property(leap, ({ account: before, days, maxInstants }) => {
      const until = new Date(START.getTime() + days * DAY_MS);
      expect(ahead(before, until, maxInstants)).toEqual(fromInstantToInstant(before, until));
    }),
    runs(300),
  );
});
