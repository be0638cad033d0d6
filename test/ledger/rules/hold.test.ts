import { beforeEach, describe, expect, test } from 'vitest';
import { HoldNotFoundError, HoldNotOpenError, InsufficientBalanceError } from '../../../src/ledger/model/errors.ts';
import { decimal, formatDecimal, smaller } from '../../../src/values/decimal.ts';
import { balanceIn, grantsIn, live, liveOn } from '../account.ts';
import { credits, grant, hold, line, monthly, release, settle, tell, unlimited, use } from '../postings.ts';

const START = '2026-01-31T12:00:00.000Z';
const LAPSE = '2026-01-31T12:15:00.000Z';
const COINS = 'coins';
const FOR_COINS = { credits: credits({ [COINS]: '0.5' }) };

const numbers = (...of: Parameters<typeof balanceIn>) => {
  const { remaining, held, usage } = balanceIn(...of);
  return [remaining, held, usage].map(formatDecimal);
};

describe('a hold', () => {
  let state: ReturnType<typeof live>['state'];
  beforeEach(() => {
    ({ state } = live([START, grant('g', '15'), hold('h', '8', { expiresInMs: Date.parse(LAPSE) - Date.parse(START) })]));
  });

  test('reserves: what is held does not remain and is not used', () => {
    expect(numbers(state)).toEqual(['7', '8', '0']);
    expect(state.holds.get('h')).toMatchObject({ status: 'OPEN', amount: decimal('8'), settledAmount: null });
    expect(state.nextDueAt).toEqual(new Date(LAPSE));
    expect(() => liveOn(state, [START, use('8', 'REJECT')])).toThrow(InsufficientBalanceError);
  });

  test('is all or nothing', () => {
    expect(() => liveOn(state, [START, hold('more', '7.1')])).toThrow(InsufficientBalanceError);
    expect(numbers(liveOn(state, [START, hold('more', '7')]).state)).toEqual(['0', '15', '0']);
  });

  test.each([
    ['K1: more than was held takes the rest from what remains', '11', ['4', '0', '11']],
    ['K1: less gives the rest back', '5', ['10', '0', '5']],
    ['exactly as much', '8', ['7', '0', '8']],
    ['nothing', '0', ['15', '0', '0']],
    ['more than there is takes what there is', '20', ['0', '0', '15']],
  ])('settled with %s', (_, amount, after) => {
    const { entries, state: settled } = liveOn(state, [START, settle('h', amount)]);
    expect(numbers(settled)).toEqual(after);
    const applied = after[2] ?? '';
    expect(entries).toMatchObject([{ kind: 'SETTLE', requested: decimal(amount), applied: decimal(applied), holdId: 'h' }]);
    expect(settled.holds.get('h')).toMatchObject({
      status: 'SETTLED',
      settledAmount: decimal(applied),
      endedAt: new Date(START),
    });
  });

  test('K1, K2: released gives all of it back, and what was used before stays used', () => {
    expect(numbers(liveOn(state, [START, release('h')]).state)).toEqual(['15', '0', '0']);
    const { state: used } = live([START, grant('g', '15'), use('5'), hold('h', '8'), release('h')]);
    expect(numbers(used)).toEqual(['10', '0', '5']);
    expect(used.holds.get('h')).toMatchObject({ status: 'RELEASED', settledAmount: null });
  });

  test('K6: lapses at its time, and cannot be settled or released then', () => {
    expect(liveOn(state, ['2026-01-31T12:14:59.999Z']).entries).toEqual([]);
    const { entries, state: lapsed } = liveOn(state, ['2026-02-01T00:00:00Z']);
    expect(entries.map(line)).toEqual([`RELEASE 8 ${LAPSE}`]);
    expect(numbers(lapsed)).toEqual(['15', '0', '0']);
    expect(lapsed.holds.get('h')).toMatchObject({ status: 'EXPIRED', endedAt: new Date(LAPSE) });
    expect(() => liveOn(lapsed, [LAPSE, settle('h', '1')])).toThrow(HoldNotOpenError);
    expect(() => liveOn(lapsed, [LAPSE, release('h')])).toThrow(HoldNotOpenError);
    expect(() => liveOn(lapsed, [LAPSE, release('other')])).toThrow(HoldNotFoundError);
  });

  test('that has ended cannot end again', () => {
    const { state: settled } = liveOn(state, [START, settle('h', '1')]);
    expect(() => liveOn(settled, [START, settle('h', '1')])).toThrow(HoldNotOpenError);
    expect(liveOn(settled, ['2026-03-01T00:00:00Z']).entries).toEqual([]);
  });
});

describe('of several grants', () => {
  const soon = grant('soon', '5', { expiresAt: new Date('2026-02-10') });
  let state: ReturnType<typeof live>['state'];
  beforeEach(() => {
    ({ state } = live([START, grant('later', '10'), soon, hold('h', '8')]));
  });
  const left = (now: ReturnType<typeof liveOn>) =>
    grantsIn(now.state).map(({ id, remaining }) => `${id} ${formatDecimal(remaining)}`);

  test('a hold reserves in the order in which they are used, and a settlement uses them so', () => {
    expect(left(liveOn(state, [START]))).toEqual(['soon 0', 'later 7']);
    expect(left(liveOn(state, [START, settle('h', '6')]))).toEqual(['soon 0', 'later 9']);
    expect(left(liveOn(state, [START, settle('h', '4')]))).toEqual(['soon 1', 'later 10']);
  });

  test('what is used beyond it is taken as a use takes it, in the same entry', () => {
    const { told } = liveOn(state, [START, settle('h', '10')]);
    expect(told).toMatchObject([
      { kind: 'SETTLE', amount: '-2', allocations: ['soon 0', 'later -2'], remaining: '5', usage: '10' },
    ]);
  });

  test('what went back to one that expired meanwhile expires, too', () => {
    const { told, state: after } = liveOn(state, ['2026-02-10T00:00:00Z', settle('h', '2')]);
    expect(told).toMatchObject([
      { kind: 'EXPIRY', amount: '0', granted: '15', remaining: '7' },
      { kind: 'SETTLE', amount: '6', allocations: ['soon 3', 'later 3'], usage: '2' },
      { kind: 'EXPIRY', amount: '-3', granted: '10', remaining: '10', usage: '0' },
    ]);
    expect(numbers(after)).toEqual(['10', '0', '0']);
  });
});

test('a hold of what was reset meanwhile gives back what it held, and settles from it', () => {
  const { state } = live([START, monthly('g', '10'), use('2'), hold('h', '5')], ['2026-02-28T12:00:00Z', use('1')]);
  expect(numbers(state)).toEqual(['4', '5', '1']);
  expect(numbers(liveOn(state, ['2026-02-28T12:00:00Z', release('h')]).state)).toEqual(['9', '0', '1']);
  expect(numbers(liveOn(state, ['2026-02-28T12:00:00Z', settle('h', '5')]).state)).toEqual(['4', '0', '6']);
});

test('what comes back from a hold repays an overdraft first', () => {
  const { state } = live([START, grant('g', '10'), hold('h', '6'), use('9', 'OVERDRAW')]);
  expect(numbers(state)).toEqual(['-5', '6', '9']);
  const { told, state: after } = liveOn(state, [START, release('h')]);
  expect(told).toMatchObject([{ kind: 'RELEASE', amount: '6', remaining: '1', allocations: ['overdraft 5', 'g 1'] }]);
  expect(numbers(after)).toEqual(['1', '0', '9']);
});

describe('an unlimited grant', () => {
  let state: ReturnType<typeof live>['state'];
  let told: ReturnType<typeof live>['told'];
  beforeEach(() => {
    ({ state, told } = live([START, unlimited('all'), grant('g', '3'), hold('h', '50')]));
  });

  test('holds without a number, and counts what was settled', () => {
    expect(told.at(-1)).toMatchObject({ kind: 'HOLD', amount: '0', requested: '50', remaining: '3', usage: '0' });
    expect(numbers(state)).toEqual(['3', '0', '0']);
    expect(numbers(liveOn(state, [START, settle('h', '40')]).state)).toEqual(['3', '0', '40']);
    expect(numbers(liveOn(state, [START, settle('h', '70')]).state)).toEqual(['3', '0', '70']);
    expect(numbers(liveOn(state, [START, release('h')]).state)).toEqual(['3', '0', '0']);
  });
});

describe('with credits', () => {
  let state: ReturnType<typeof live>['state'];
  let entries: ReturnType<typeof live>['entries'];
  beforeEach(() => {
    ({ state, entries } = live([START, grant('own', '4'), grant('c', '10', { featureId: COINS }), hold('h', '14', FOR_COINS)]));
  });
  const both = (now: ReturnType<typeof liveOn>) => [numbers(now.state), numbers(now.state, COINS)];

  test('a hold reserves its own first and then credits', () => {
    expect(both(liveOn(state, [START]))).toEqual([
      ['0', '4', '0'],
      ['5', '5', '0'],
    ]);
    expect(entries.slice(2)).toMatchObject([
      { kind: 'HOLD', featureId: 'messages', units: null, cause: null },
      { kind: 'HOLD', featureId: COINS, units: decimal('10'), cost: decimal('0.5'), cause: 3n },
    ]);
  });

  test.each([
    ['within its own', '3', ['1', '0', '3'], ['10', '0', '0']],
    ['into the credits', '9', ['0', '0', '4'], ['7.5', '0', '2.5']],
    ['beyond all that was held', '20', ['0', '0', '4'], ['2', '0', '8']],
    ['beyond all that there is', '30', ['0', '0', '4'], ['0', '0', '10']],
  ])('settled %s', (_, amount, own, coins) => {
    const settled = liveOn(state, [START, settle('h', amount, FOR_COINS)]);
    expect(both(settled)).toEqual([own, coins]);
    const [first, ...others] = settled.entries;
    expect(others.every(({ cause }) => cause === first?.sequence)).toBe(true);
    expect(first?.applied).toBe(smaller(decimal(amount), decimal('24')));
  });

  test('released or lapsed, each gets back what is its own', () => {
    expect(both(liveOn(state, [START, release('h')]))).toEqual([
      ['4', '0', '0'],
      ['10', '0', '0'],
    ]);
    const lapsed = liveOn(state, ['2099-01-01T00:00:00Z']);
    expect(lapsed.entries.map((entry) => `${entry.featureId} ${tell(entry).kind}`)).toEqual([
      'messages RELEASE',
      'coins RELEASE',
    ]);
  });

  test('of credits alone, a settlement of less gives credits back', () => {
    const { state: holding } = live([START, grant('c', '10', { featureId: COINS }), hold('h', '14', FOR_COINS)]);
    const settled = liveOn(holding, [START, settle('h', '6', FOR_COINS)]);
    expect(both(settled)).toEqual([
      ['0', '0', '0'],
      ['7', '0', '3'],
    ]);
    expect(settled.entries).toMatchObject([
      { featureId: 'messages', applied: decimal('6') },
      { featureId: COINS, applied: decimal('3'), units: decimal('6') },
    ]);
  });
});
