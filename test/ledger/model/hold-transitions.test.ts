/**
 * Every pair of a hold's status and an event: the legal ones change the hold, the others change
 * nothing.
 */
import { describe, expect, it } from 'vitest';
import type { AccountState } from '../../../src/ledger/model/account-state.ts';
import { HoldNotOpenError } from '../../../src/ledger/model/errors.ts';
import { HOLD_TRANSITIONS, type HoldEvent } from '../../../src/ledger/model/hold-transitions.ts';
import { HOLD_STATUSES, type HoldStatus } from '../../../src/ledger/model/types.ts';
import { applyCommand } from '../../../src/ledger/rules/apply-command.ts';
import { openBook } from '../../../src/ledger/rules/book.ts';
import { catchUp } from '../../../src/ledger/rules/catch-up.ts';
import { lapse } from '../../../src/ledger/rules/hold.ts';
import { balanceIn, live } from '../account.ts';
import { grant, hold, release, settle } from '../postings.ts';

const START = '2026-01-31T12:00:00.000Z';
const LATER = '2026-01-31T13:00:00.000Z';

/** The status after each event, and `refused` where the event is illegal. */
const GRID: Readonly<Record<HoldStatus, Readonly<Record<HoldEvent, HoldStatus | 'refused'>>>> = {
  OPEN: { settle: 'SETTLED', release: 'RELEASED', lapse: 'EXPIRED' },
  SETTLED: { settle: 'refused', release: 'refused', lapse: 'refused' },
  RELEASED: { settle: 'refused', release: 'refused', lapse: 'refused' },
  EXPIRED: { settle: 'refused', release: 'refused', lapse: 'refused' },
};
const EVENTS = ['settle', 'release', 'lapse'] as const;

/** An account with a hold of 8 of 15 in this status, an hour after it was placed. */
function accountWith(status: HoldStatus): AccountState {
  const placed = hold('h', '8', { expiresInMs: 60_000 });
  const ends = { OPEN: [], SETTLED: [settle('h', '5')], RELEASED: [release('h')], EXPIRED: [] }[status];
  const { state } = live([START, grant('g', '15'), placed, ...ends]);
  return status === 'EXPIRED' ? catchUp(openBook(state, new Date(LATER)), null).state : state;
}

const APPLY: Readonly<Record<HoldEvent, (state: AccountState) => AccountState>> = {
  settle: (state) => applyCommand(state, { customerId: 'ada', postings: [settle('h', '5')] }, new Date(START)).state,
  release: (state) => applyCommand(state, { customerId: 'ada', postings: [release('h')] }, new Date(START)).state,
  lapse: (state) => {
    const found = state.holds.get('h');
    if (!found) throw new Error('the hold is not there');
    return lapse(openBook(state, new Date(LATER)), found).state;
  },
};

describe('the transitions of a hold', () => {
  it('are tried for every status and event', () => {
    expect(Object.keys(GRID).sort()).toEqual([...HOLD_STATUSES].sort());
    expect([...EVENTS].sort()).toEqual(Object.keys(HOLD_TRANSITIONS).sort());
  });

  for (const status of HOLD_STATUSES) {
    for (const event of EVENTS) {
      const next = GRID[status][event];
      if (next === 'refused') {
        it(`${status} refuses ${event} and stays as it is`, () => {
          const before = accountWith(status);
          const copy = structuredClone(before);
          expect(before.holds.get('h')?.status).toBe(status);
          expect(() => APPLY[event](before)).toThrow(HoldNotOpenError);
          expect(before).toEqual(copy);
        });
      } else {
        it(`${status} becomes ${next} by ${event}`, () => {
          const after = APPLY[event](accountWith(status));
          expect(after.holds.get('h')).toMatchObject({ status: next, endedAt: expect.any(Date) });
          expect(balanceIn(after).held).toBe(0n);
        });
      }
    }
  }

  it('time does nothing to a hold that has ended', () => {
    for (const status of ['SETTLED', 'RELEASED', 'EXPIRED'] as const) {
      const before = accountWith(status);
      const { entries, state } = catchUp(openBook(before, new Date(LATER)), null);
      expect([entries, state.holds, state.pools]).toEqual([[], before.holds, before.pools]);
    }
  });
});
