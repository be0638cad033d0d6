import { describe, expect, it } from 'vitest';
import { type AlertLimit, crossingsOf, isBelow } from '../../../src/alerts/model/alert.ts';
import { type AccountState, NOTHING } from '../../../src/ledger/model/account-state.ts';
import type { BalanceNumbers, LedgerEntry } from '../../../src/ledger/model/types.ts';
import { decimal } from '../../../src/values/decimal.ts';
import { entryOf } from '../../feed/fake-ledger.ts';

const below = (amount: string): AlertLimit => ({ below: decimal(amount), belowPercentage: null });
const percentage = (belowPercentage: number): AlertLimit => ({ below: null, belowPercentage });
const numbers = (remaining: string, granted = '100', unlimited = false): BalanceNumbers => ({
  ...NOTHING,
  remaining: decimal(remaining),
  granted: decimal(granted),
  unlimited,
});
const entry = (after: BalanceNumbers, sequence = 2n, customerId = 'ada'): LedgerEntry => ({
  ...entryOf(customerId, 'messages', sequence),
  after,
});
const stateWith = (balance: BalanceNumbers, customerId = 'ada') => {
  const pool = { balance: { ...balance, customerId, featureId: 'messages', version: 1n }, grants: [] };
  const state = { customerId, pools: new Map([['messages', pool]]) };
  return new Map([[customerId, state as unknown as AccountState]]);
};
const crossings = (from: BalanceNumbers, to: readonly BalanceNumbers[], ...limits: AlertLimit[]) =>
  crossingsOf({ entries: to.map((after, index) => entry(after, BigInt(index + 2))), before: stateWith(from) }, (featureId) =>
    featureId === 'messages' ? limits : [],
  ).map((crossing) => `${crossing.entry.sequence} ${limits.indexOf(crossing.limit)}`);

describe('a balance is below a limit', () => {
  it.each([
    ['at less than the amount', below('20'), numbers('19.999999999999'), true],
    ['not at the amount itself', below('20'), numbers('20'), false],
    ['at less than the percentage of what was granted', percentage(20), numbers('19.999999999999'), true],
    ['not at the percentage itself', percentage(20), numbers('20'), false],
    ['not at a part of nothing', percentage(100), numbers('0', '0'), false],
    ['when it is overdrawn', below('0'), numbers('-0.000000000001'), true],
    ['never while it is unlimited', below('20'), numbers('0', '0', true), false],
    ['never by a percentage while it is unlimited', percentage(100), numbers('-5', '0', true), false],
  ])('%s', (_, limit, balance, expected) => {
    expect(isBelow(limit, balance)).toBe(expected);
  });
});

describe('an entry crosses a limit', () => {
  it.each([
    ['when the balance falls below it', numbers('25'), ['19'], ['2 0']],
    ['not when it was below already', numbers('19'), ['18'], []],
    ['not on the way up', numbers('19'), ['30'], []],
    ['once in a batch', numbers('25'), ['21', '19', '12', '3'], ['3 0']],
    ['again after the balance was not below in between', numbers('25'), ['19', '20', '19'], ['2 0', '4 0']],
  ])('%s', (_, from, to, expected) => {
    expect(
      crossings(
        from,
        to.map((remaining) => numbers(remaining)),
        below('20'),
      ),
    ).toEqual(expected);
  });

  it('for each limit by itself', () => {
    expect(crossings(numbers('60'), [numbers('4')], below('5'), percentage(50), percentage(3), below('60'))).toEqual([
      '2 0',
      '2 1',
      '2 3',
    ]);
  });

  it('by what was granted, too: what remains may be the same', () => {
    expect(crossings(numbers('50', '100'), [numbers('50', '200')], percentage(40))).toEqual(['2 0']);
  });

  it('when an unlimited grant ends', () => {
    expect(crossings(numbers('5', '5', true), [numbers('5', '5')], below('20'))).toEqual(['2 0']);
  });

  it('of its own customer and feature only', () => {
    const entries = [entry(numbers('5'), 2n, 'ada'), entry(numbers('5'), 9n, 'bob')];
    const both = new Map([...stateWith(numbers('50')), ...stateWith(numbers('7'), 'bob')]);
    const found = crossingsOf({ entries, before: both }, () => [below('10')]);
    expect(found.map((each) => each.entry.sequence)).toEqual([2n]);
    expect(crossingsOf({ entries, before: both }, () => [])).toEqual([]);
  });
});
