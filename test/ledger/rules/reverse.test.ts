import { beforeEach, describe, expect, test } from 'vitest';
import { type AccountState, poolOf } from '../../../src/ledger/model/account-state.ts';
import type { LedgerEntry } from '../../../src/ledger/model/types.ts';
import { decimal, formatDecimal } from '../../../src/values/decimal.ts';
import { balanceIn, grantsIn, live, liveOn } from '../account.ts';
import { credits, grant, hold, monthly, reverse, settle, unlimited, use } from '../postings.ts';

const START = '2026-01-31T12:00:00.000Z';
const COINS = 'coins';
const spend = (amount: string, cost = '0.5') => ({ ...use(amount), credits: credits({ [COINS]: cost }) });

/**
 * The state in which the writer finds an account of which a use is given back: with its entries.
 */
function knowing({ state, entries }: { readonly state: AccountState; readonly entries: readonly LedgerEntry[] }): AccountState {
  const family = (of: bigint) => entries.filter(({ sequence, cause }) => sequence === of || cause === of);
  return { ...state, families: new Map(entries.map(({ sequence }) => [sequence, family(sequence)])) };
}

const left = (state: AccountState, featureId?: string) =>
  grantsIn(state, featureId).map(({ id, remaining }) => `${id.startsWith('od_') ? 'overdraft' : id} ${formatDecimal(remaining)}`);
const lostOf = ([entry]: readonly LedgerEntry[]) =>
  entry?.allocations.filter(({ lost }) => lost > 0n).map(({ grantId, lost }) => `${grantId} ${formatDecimal(lost)}`);

describe('a use that is given back', () => {
  let state: ReturnType<typeof knowing>;
  beforeEach(() => {
    state = knowing(live([START, grant('a', '10'), grant('b', '10'), use('14')]));
  });

  test('wholly goes to the grants that paid, and is used no more', () => {
    const { told, entries, state: after } = liveOn(state, [START, reverse(3n)]);
    expect(told).toMatchObject([{ kind: 'REVERSAL', amount: '14', requested: '14', remaining: '20', usage: '0' }]);
    expect(entries).toMatchObject([{ applied: decimal('-14'), cause: 3n }]);
    expect(left(after)).toEqual(['a 10', 'b 10']);
  });

  test('in part goes back from its end', () => {
    const { state: after } = liveOn(state, [START, reverse(3n, '5')]);
    expect(left(after)).toEqual(['a 1', 'b 10']);
    expect(left(liveOn(after, [START, reverse(3n, '6')]).state)).toEqual(['a 7', 'b 10']);
  });

  test('goes back only once: then what is left of it, and no more', () => {
    const { state: after } = liveOn(state, [START, reverse(3n, '5')]);
    expect(() => liveOn(after, [START, reverse(3n, '9.1')])).toThrow('must be at most 9');
    const { state: all } = liveOn(after, [START, reverse(3n)]);
    expect(left(all)).toEqual(['a 10', 'b 10']);
    expect(() => liveOn(all, [START, reverse(3n)])).toThrow('is given back wholly already');
  });

  test.each([
    ['no entry of the ledger', 99n, 'is not an entry of this ledger'],
    ['a grant', 1n, 'is a GRANT: only a USAGE or a SETTLE can be given back'],
  ])('must be a use: %s', (_, sequence, message) => {
    expect(() => liveOn(state, [START, reverse(sequence)])).toThrow(message);
  });

  test('of nothing has nothing to give back', () => {
    const nothing = knowing(live([START, use('5')]));
    expect(() => liveOn(nothing, [START, reverse(1n)])).toThrow('is given back wholly already');
  });
});

describe('what cannot go back', () => {
  test('because its grant was filled up meanwhile is lost, and the entry says so', () => {
    const state = knowing(live([START, monthly('g', '10'), use('6')], ['2026-02-28T12:00:00Z', use('2')]));
    const { told, entries, state: after } = liveOn(state, ['2026-03-01T00:00:00Z', reverse(2n)]);
    expect(told).toMatchObject([{ kind: 'REVERSAL', amount: '2', requested: '6', remaining: '10', usage: '0' }]);
    expect(entries[0]?.applied).toBe(decimal('-2'));
    expect(lostOf(entries)).toEqual(['g 4']);
    // Asking again does not bring back what was lost.
    expect(() => liveOn(after, ['2026-03-01T00:00:00Z', reverse(2n)])).toThrow('is given back wholly already');
  });

  test('because its grant has ended is lost', () => {
    const ending = grant('ends', '10', { expiresAt: new Date('2026-02-10') });
    const state = knowing(live([START, ending, use('6')], ['2026-02-10T00:00:00Z']));
    const { told, entries } = liveOn(state, ['2026-02-11T00:00:00Z', reverse(2n)]);
    expect(told).toMatchObject([{ amount: '0', requested: '6', remaining: '0', usage: '0' }]);
    expect(lostOf(entries)).toEqual(['ends 6']);
  });

  test('leaves room for what is held', () => {
    const state = knowing(live([START, monthly('g', '10'), use('4'), hold('h', '5')], ['2026-02-28T12:00:00Z']));
    const { entries } = liveOn(state, ['2026-02-28T12:00:00Z', reverse(2n)]);
    expect(lostOf(entries)).toEqual(['g 4']);
    expect(entries[0]?.after).toMatchObject({ remaining: decimal('5'), held: decimal('5') });
  });
});

describe('what was overdrawn', () => {
  let owing: ReturnType<typeof live>;
  beforeEach(() => {
    owing = live([START, grant('g', '10'), use('15', 'OVERDRAW')]);
  });

  test('is repaid by what goes back', () => {
    const { state, told } = liveOn(knowing(owing), [START, reverse(2n, '7')]);
    expect(told).toMatchObject([{ amount: '7', remaining: '2', usage: '8', allocations: ['overdraft 5', 'g 2'] }]);
    expect(left(state)).toEqual(['g 2', 'overdraft 0']);
  });

  test('and has been paid by a later grant since, goes back to that', () => {
    const paid = liveOn(owing.state, [START, grant('top-up', '20')]);
    const state = knowing({ state: paid.state, entries: [...owing.entries, ...paid.entries] });
    expect(left(liveOn(state, [START, reverse(2n)]).state)).toEqual(['g 10', 'top-up 20', 'overdraft 0']);
  });

  test('by another use is repaid first, even though grants paid for this one', () => {
    const state = knowing(live([START, grant('g', '10'), use('10'), use('4', 'OVERDRAW')]));
    const { told } = liveOn(state, [START, reverse(2n)]);
    expect(told).toMatchObject([{ amount: '10', remaining: '6', usage: '4', allocations: ['overdraft 4', 'g 6'] }]);
  });
});

test('of an unlimited grant counts less use', () => {
  const state = knowing(live([START, unlimited('all'), use('9')]));
  const { told, state: after } = liveOn(state, [START, reverse(2n, '4')]);
  expect(told).toMatchObject([{ amount: '0', requested: '4', usage: '5', allocations: ['all 0 used -4'] }]);
  expect(balanceIn(liveOn(after, [START, reverse(2n)]).state).usage).toBe(0n);
});

describe('with credits', () => {
  let state: ReturnType<typeof knowing>;
  beforeEach(() => {
    state = knowing(live([START, grant('own', '4'), grant('c', '10', { featureId: COINS }), spend('14')]));
  });
  const both = (after: AccountState) =>
    ['messages', COINS].map((featureId) => formatDecimal(poolOf(after, featureId).balance.remaining));

  test('credits go back before the own balance', () => {
    expect(both(state)).toEqual(['0', '5']);
    expect(both(liveOn(state, [START, reverse(3n, '6')]).state)).toEqual(['0', '8']);
    expect(both(liveOn(state, [START, reverse(3n, '12')]).state)).toEqual(['2', '10']);
    const { state: all, entries } = liveOn(state, [START, reverse(3n)]);
    expect(both(all)).toEqual(['4', '10']);
    expect(entries).toMatchObject([
      { featureId: 'messages', requested: decimal('14'), applied: decimal('-14'), units: decimal('4'), cause: 3n },
      { featureId: COINS, requested: decimal('5'), applied: decimal('-5'), units: decimal('10'), cause: 3n },
    ]);
  });

  test('in several parts come to the same', () => {
    let after = state;
    for (const amount of ['1', '0.3', '8.7', '2']) ({ state: after } = liveOn(after, [START, reverse(3n, amount)]));
    expect(both(after)).toEqual(['2', '10']);
    expect(both(liveOn(after, [START, reverse(3n)]).state)).toEqual(['4', '10']);
  });

  test('what stays used goes on costing what it costs, rounded up', () => {
    const thirds = knowing(live([START, grant('c', '1', { featureId: COINS }), spend('0.000000000005', '0.3')]));
    const { state: after } = liveOn(thirds, [START, reverse(2n, '0.000000000004')]);
    expect(formatDecimal(balanceIn(after, COINS).usage)).toBe('0.000000000001');
    expect(balanceIn(liveOn(after, [START, reverse(2n)]).state, COINS).usage).toBe(0n);
  });

  test('the entry that paid cannot be given back by itself', () => {
    expect(() => liveOn(state, [START, reverse(4n)])).toThrow('paid for the use ada:3: give that one back');
  });

  test('a settled hold is given back like a use', () => {
    const both14 = { credits: credits({ [COINS]: '0.5' }) };
    const given = [grant('own', '4'), grant('c', '10', { featureId: COINS })];
    const settled = knowing(live([START, ...given, hold('h', '14', both14), settle('h', '20', both14)]));
    expect(both(settled)).toEqual(['0', '2']);
    const settling = [...settled.families.values()].flat().find(({ kind }) => kind === 'SETTLE')?.sequence ?? 0n;
    expect(both(liveOn(settled, [START, reverse(settling)]).state)).toEqual(['4', '10']);
  });
});
