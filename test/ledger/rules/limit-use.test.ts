import { describe, expect, test } from 'vitest';
import type { AccountState } from '../../../src/ledger/model/account-state.ts';
import { InsufficientBalanceError, UsageLimitNotFoundError, UsageLimitReachedError } from '../../../src/ledger/model/errors.ts';
import type { Posting } from '../../../src/ledger/model/posting.ts';
import { type KeptLimit, limitIdOf, limitsAt } from '../../../src/ledger/model/usage-limit.ts';
import { lackOf } from '../../../src/ledger/rules/spread.ts';
import { windowAt } from '../../../src/values/calendar-window.ts';
import { decimal, formatDecimal } from '../../../src/values/decimal.ts';
import type { Interval } from '../../../src/values/interval.ts';
import { balanceIn, liveOn, NEW_ACCOUNT, type Step } from '../account.ts';
import { credits, DAILY, FEATURE, grant, hold, MONTHLY, release, reverse, settle, unlimited, use } from '../postings.ts';

const NOON = '2026-01-31T12:00:00.000Z';
const EVENING = '2026-01-31T18:00:00.000Z';
const TOMORROW = '2026-02-01T00:00:00.000Z';
const COINS = 'coins';
const FOR_COINS = { credits: credits({ [COINS]: '0.5' }) };

function limit(max: string, per: Interval = DAILY, featureId = FEATURE): KeptLimit {
  const { start } = windowAt(per, new Date(NOON));
  return { featureId, per, max: decimal(max), purchaseId: null, timeZone: null, windowStart: start, used: 0n, held: 0n };
}

/** An account with these limits, and so much of the feature, that goes through time. */
function limited(limits: readonly KeptLimit[], ...steps: readonly Step[]) {
  return liveOn({ ...NEW_ACCOUNT, limits }, ...steps);
}

/** What each limit says: used, held, remaining. */
function counts(state: AccountState, at = NOON): readonly string[] {
  return limitsAt(state.customerId, state.limits, new Date(at)).map(({ used, held, remaining }) =>
    [used, held, remaining].map(formatDecimal).join(' '),
  );
}

const set = (max: string, per: Interval = DAILY): Posting => {
  return { verb: 'setUsageLimit', featureId: FEATURE, per, purchaseId: null, timeZone: null, max: decimal(max) };
};

describe('a limit', () => {
  test('CAP takes what it leaves and reports the rest, although the balance has more', () => {
    const { state, entries } = limited([limit('10')], [NOON, grant('g', '100'), use('7'), use('7'), use('1')]);
    expect(
      entries.slice(1).map(({ requested, applied }) => [requested, applied].map((each) => formatDecimal(each ?? 0n))),
    ).toEqual([
      ['7', '7'],
      ['7', '3'],
      ['1', '0'],
    ]);
    expect(counts(state)).toEqual(['10 0 0']);
    expect(formatDecimal(balanceIn(state).usage)).toBe('10');
  });

  test('REJECT is refused with the limit, whatever the balance has; a use that fits is taken', () => {
    const { state } = limited([limit('10')], [NOON, grant('g', '100'), use('7', 'REJECT')]);
    expect(() => liveOn(state, [NOON, use('3.1', 'REJECT')])).toThrow(UsageLimitReachedError);
    expect(() => liveOn(state, [NOON, use('3.1', 'REJECT')])).toThrow(
      '3.1 of messages were asked. The limit of 10 of messages per day leaves 3 until 2026-02-01T00:00:00.000Z. Nothing was used.',
    );
    expect(counts(liveOn(state, [NOON, use('3', 'REJECT')]).state)).toEqual(['10 0 0']);
    const poor = limited([limit('10')], [NOON, grant('g', '2')]).state;
    expect(() => liveOn(poor, [NOON, use('3', 'REJECT')])).toThrow(InsufficientBalanceError);
  });

  test('bounds an overdraft and an unlimited grant, too', () => {
    const owing = limited([limit('10')], [NOON, grant('g', '4'), use('12', 'OVERDRAW')]);
    expect(owing.entries.at(-1)).toMatchObject({ requested: decimal('12'), applied: decimal('10'), amount: decimal('-10') });
    expect(counts(owing.state)).toEqual(['10 0 0']);
    expect(counts(limited([limit('10')], [NOON, unlimited('u'), use('12')]).state)).toEqual(['10 0 0']);
  });

  test('counts each window anew, and what is used at its boundary in the next', () => {
    const { state } = limited([limit('10'), limit('15', MONTHLY)], [NOON, grant('g', '100'), use('10')], [TOMORROW, use('10')]);
    // The last day of January and the first of February: both windows are new.
    expect(counts(state, TOMORROW)).toEqual(['10 0 0', '10 0 5']);
    const inMonth = liveOn(state, ['2026-02-02T00:00:00.000Z', use('10')]).state;
    expect(counts(inMonth, '2026-02-02T00:00:00.000Z')).toEqual(['5 0 5', '15 0 0']);
    expect(counts(inMonth, '2026-02-03T00:00:00.000Z')).toEqual(['0 0 10', '15 0 0']);
  });

  test('counts no less where the clock went back', () => {
    const { state } = limited([limit('10')], [TOMORROW, grant('g', '100'), use('10')]);
    expect(() => liveOn(state, [EVENING, use('1', 'REJECT')])).toThrow(UsageLimitReachedError);
  });

  test('counts units that credits pay, and a limit of the credits counts all that they pay', () => {
    const paid = { ...use('30'), ...FOR_COINS };
    const wallet = grant('c', '100', { featureId: COINS });
    const { state, entries } = limited([limit('20')], [NOON, grant('g', '10'), wallet, paid]);
    expect(counts(state)).toEqual(['20 0 0']);
    expect(entries.slice(2).map(({ featureId, amount }) => `${featureId} ${formatDecimal(amount)}`)).toEqual([
      'messages -10',
      'coins -5',
    ]);
    const ofCoins = limited([limit('4', DAILY, COINS)], [NOON, grant('g', '10'), wallet, paid]);
    expect(counts(ofCoins.state)).toEqual(['4 0 0']);
    expect(ofCoins.entries[2]).toMatchObject({ requested: decimal('30'), applied: decimal('18') });
    expect(() => liveOn(ofCoins.state, [NOON, { ...paid, onShortfall: 'REJECT' }])).toThrow('The limit of 4 of coins per day');
    const owing = limited(
      [limit('4', DAILY, COINS)],
      [NOON, grant('c', '1', { featureId: COINS }), { ...paid, onShortfall: 'OVERDRAW' }],
    );
    expect(counts(owing.state)).toEqual(['4 0 0']);
    expect(formatDecimal(balanceIn(owing.state, COINS).remaining)).toBe('-3');
  });

  test('is kept by holds: they reserve of it, and settling counts what was used', () => {
    const { state } = limited([limit('10')], [NOON, grant('g', '100'), hold('h', '8')]);
    expect(counts(state)).toEqual(['0 8 2']);
    expect(() => liveOn(state, [NOON, hold('more', '3')])).toThrow(UsageLimitReachedError);
    expect(counts(liveOn(state, [NOON, settle('h', '5')]).state)).toEqual(['5 0 5']);
    // Beyond the hold there is room for 2.
    const beyond = liveOn(state, [NOON, settle('h', '20')]);
    expect(beyond.entries).toMatchObject([{ requested: decimal('20'), applied: decimal('10') }]);
    expect(counts(beyond.state)).toEqual(['10 0 0']);
    expect(counts(liveOn(state, [NOON, release('h')]).state)).toEqual(['0 0 10']);
    // It reserves of each window until it ends, and counts in the one in which it is settled.
    expect(counts(state, TOMORROW)).toEqual(['0 8 2']);
    expect(counts(liveOn(state, [TOMORROW, settle('h', '5')]).state, TOMORROW)).toEqual(['5 0 5']);
  });

  test('is freed by time: a hold that lapses reserves no more', () => {
    const { state } = limited([limit('10')], [NOON, grant('g', '100'), hold('h', '8', { expiresInMs: 1_000 })]);
    expect(counts(liveOn(state, [EVENING]).state, EVENING)).toEqual(['0 0 10']);
  });

  test('counts a hold that credits pay in both', () => {
    const limits = [limit('20'), limit('10', DAILY, COINS)];
    const held = limited(limits, [NOON, grant('g', '4'), grant('c', '100', { featureId: COINS }), hold('h', '10', FOR_COINS)]);
    expect(counts(held.state)).toEqual(['0 10 10', '0 3 7']);
    expect(counts(liveOn(held.state, [NOON, settle('h', '8', FOR_COINS)]).state)).toEqual(['8 0 12', '2 0 8']);
  });

  test('what is given back frees the window in which it was used, to the last digit', () => {
    const { state } = limited([limit('10')], [NOON, grant('g', '100'), use('7.000000000001')]);
    const withFamily = {
      ...state,
      families: new Map([[2n, limited([], [NOON, grant('g', '100'), use('7.000000000001')]).entries.slice(1)]]),
    };
    const back = liveOn(withFamily, [NOON, reverse(2n, '2.000000000001')]);
    expect(counts(back.state)).toEqual(['5 0 5']);
    expect(formatDecimal(balanceIn(back.state).usage)).toBe('5');
    expect(counts(liveOn(withFamily, [TOMORROW, reverse(2n)]).state, TOMORROW)).toEqual(['0 0 10']);
    expect(counts(liveOn(withFamily, [TOMORROW, use('1'), reverse(2n)]).state, TOMORROW)).toEqual(['1 0 9']);
  });

  test('is not counted by occurredAt', () => {
    const yesterday = { ...use('7'), occurredAt: new Date('2026-01-30T12:00:00.000Z') };
    expect(counts(limited([limit('10')], [NOON, grant('g', '100'), yesterday]).state)).toEqual(['7 0 3']);
  });

  test('of several the tightest rules: the largest use that fits is what it leaves', () => {
    const { state } = limited([limit('10'), limit('4', { unit: 'HOUR', count: 1 })], [NOON, grant('g', '100'), use('9')]);
    expect(counts(state)).toEqual(['4 0 6', '4 0 0']);
    expect(counts(liveOn(state, ['2026-01-31T13:00:00.000Z', use('9')]).state, '2026-01-31T13:00:00.000Z')).toEqual([
      '8 0 2',
      '4 0 0',
    ]);
  });
});

describe('setting a limit', () => {
  const NOTHING_SET = { ...limit('0'), max: null };

  test('counts what was used in the window before, changes it for later uses, and writes no entry', () => {
    const { state, entries } = limited([{ ...NOTHING_SET, used: decimal('6') }], [NOON, grant('g', '100'), use('3'), set('10')]);
    expect(entries.map(({ kind }) => kind)).toEqual(['GRANT', 'USAGE']);
    expect(counts(state)).toEqual(['9 0 1']);
    expect(state).toMatchObject({ sequence: 2n, limitsVersion: 1n });
    const lowered = liveOn(state, [NOON, set('5')]).state;
    expect(counts(lowered)).toEqual(['9 0 0']);
    expect(liveOn(lowered, [NOON, set('5')]).state).toBe(lowered);
  });

  test('removed, it limits nothing at once, and set again it has not forgotten', () => {
    const remove: Posting = { verb: 'removeUsageLimit', featureId: FEATURE, per: DAILY };
    const { state } = limited([limit('10')], [NOON, grant('g', '100'), use('10'), remove, use('5')]);
    expect(counts(state)).toEqual([]);
    expect(formatDecimal(balanceIn(state).usage)).toBe('15');
    expect(counts(liveOn(state, [NOON, set('20')]).state)).toEqual(['15 0 5']);
    expect(() => liveOn(state, [NOON, remove])).toThrow(new UsageLimitNotFoundError('ada/messages/1_DAY'));
  });

  test('ends those of a purchase, and leaves the customer’s own', () => {
    const ofPlan = { ...limit('10'), purchaseId: 'pur_1' };
    const { state } = limited([limit('10'), ofPlan], [NOON, { verb: 'endUsageLimits', purchaseId: 'pur_1' }]);
    expect(limitsAt('ada', state.limits, new Date(NOON)).map(({ id }) => id)).toEqual(['ada/messages/1_DAY']);
  });

  test('names a limit so that its parts can be read', () => {
    const name = { featureId: 'a/b', per: { unit: 'HOUR', count: 6 }, purchaseId: 'pur_1' } as const;
    expect(limitIdOf('ann/1', name)).toBe('ann%2F1/a%2Fb/6_HOUR/pur_1');
  });
});

test('a check says what track would take, and which limit keeps it from taking more', () => {
  const own = { unlimited: false, remaining: decimal('100') };
  const [daily] = limitsAt('ada', [{ ...limit('10'), used: decimal('8') }], new Date(NOON));
  const asked = decimal('5');
  expect(lackOf({ ...own, limit: daily }, [], asked)).toEqual({ shortfall: decimal('3'), limitedBy: daily });
  expect(lackOf({ ...own, limit: daily }, [], decimal('2'))).toEqual({ shortfall: 0n, limitedBy: undefined });
  const empty = { unlimited: false, remaining: 0n };
  const coins = { balance: { unlimited: true, remaining: 0n, limit: daily }, cost: decimal('0.5') };
  expect(lackOf(empty, [coins], asked)).toEqual({ shortfall: decimal('1'), limitedBy: daily });
  expect(lackOf(empty, [], asked)).toEqual({ shortfall: asked, limitedBy: undefined });
});
