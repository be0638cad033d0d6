import { beforeEach, describe, expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../../src/values/decimal.ts';
import type { Interval } from '../../../src/values/interval.ts';
import { balanceIn, grantsIn, live, liveOn } from '../account.ts';
import { DAILY, grant, hold, line, MONTHLY, monthly, unlimited, use } from '../postings.ts';

const START = '2026-01-31T12:00:00.000Z';
const before = (instant: string) => new Date(new Date(instant).getTime() - 1).toISOString();

describe('a grant that resets is full again at each boundary, and not before', () => {
  test.each<[string, Interval, readonly string[]]>([
    [START, { unit: 'MINUTE', count: 1 }, ['2026-01-31T12:01:00.000Z', '2026-01-31T12:02:00.000Z']],
    [START, { unit: 'MINUTE', count: 90 }, ['2026-01-31T13:30:00.000Z', '2026-01-31T15:00:00.000Z']],
    [START, { unit: 'HOUR', count: 1 }, ['2026-01-31T13:00:00.000Z', '2026-01-31T14:00:00.000Z']],
    [START, { unit: 'HOUR', count: 36 }, ['2026-02-02T00:00:00.000Z', '2026-02-03T12:00:00.000Z']],
    [START, { unit: 'DAY', count: 1 }, ['2026-02-01T12:00:00.000Z', '2026-02-02T12:00:00.000Z']],
    [START, { unit: 'DAY', count: 14 }, ['2026-02-14T12:00:00.000Z', '2026-02-28T12:00:00.000Z']],
    [START, { unit: 'WEEK', count: 1 }, ['2026-02-07T12:00:00.000Z', '2026-02-14T12:00:00.000Z']],
    [START, { unit: 'WEEK', count: 5 }, ['2026-03-07T12:00:00.000Z', '2026-04-11T12:00:00.000Z']],
    // Z4, and a leap year's.
    [START, MONTHLY, ['2026-02-28T12:00:00.000Z', '2026-03-31T12:00:00.000Z', '2026-04-30T12:00:00.000Z']],
    ['2028-01-31T00:00:00.000Z', MONTHLY, ['2028-02-29T00:00:00.000Z', '2028-03-31T00:00:00.000Z']],
    [START, { unit: 'MONTH', count: 5 }, ['2026-06-30T12:00:00.000Z', '2026-11-30T12:00:00.000Z']],
    ['2026-11-30T00:00:00.000Z', { unit: 'QUARTER', count: 1 }, ['2027-02-28T00:00:00.000Z', '2027-05-30T00:00:00.000Z']],
    [START, { unit: 'QUARTER', count: 3 }, ['2026-10-31T12:00:00.000Z', '2027-07-31T12:00:00.000Z']],
    ['2026-08-31T00:00:00.000Z', { unit: 'SEMI_ANNUAL', count: 1 }, ['2027-02-28T00:00:00.000Z', '2027-08-31T00:00:00.000Z']],
    [START, { unit: 'SEMI_ANNUAL', count: 2 }, ['2027-01-31T12:00:00.000Z', '2028-01-31T12:00:00.000Z']],
    ['2028-02-29T00:00:00.000Z', { unit: 'YEAR', count: 1 }, ['2029-02-28T00:00:00.000Z', '2030-02-28T00:00:00.000Z']],
    ['2028-02-29T00:00:00.000Z', { unit: 'YEAR', count: 4 }, ['2032-02-29T00:00:00.000Z', '2036-02-29T00:00:00.000Z']],
  ])('Z4: from %s, every %o', (start, reset, boundaries) => {
    let { state } = live([start, grant('g', '100', { reset }), use('30')]);
    for (const boundary of boundaries) {
      expect(liveOn(state, [before(boundary)]).entries).toEqual([]);
      expect(balanceIn(state)).toMatchObject({ nextResetAt: new Date(boundary) });
      const { entries, state: reached } = liveOn(state, [boundary]);
      expect(entries.map(line)).toEqual([`RESET 30 ${boundary}`]);
      expect(balanceIn(reached)).toMatchObject({ remaining: decimal('100'), usage: 0n });
      state = liveOn(reached, [boundary, use('30')]).state;
      expect(state.nextDueAt).toEqual(balanceIn(state).nextResetAt);
    }
  });

  test('Z4: made at midnight of 31 January, at the midnight that begins the last day of each shorter month', () => {
    const { entries } = live(
      ['2026-01-31T00:00:00.000Z', monthly('g', '100')],
      ['2026-02-27T23:59:59.999Z', use('1')],
      ['2026-02-28T00:00:00.000Z', use('2')],
      ['2026-03-30T23:59:59.999Z', use('3')],
      ['2026-03-31T00:00:00.000Z'],
    );
    expect(entries.filter(({ kind }) => kind === 'RESET').map(line)).toEqual([
      'RESET 1 2026-02-28T00:00:00.000Z',
      'RESET 5 2026-03-31T00:00:00.000Z',
    ]);
  });
});

describe('a reset', () => {
  let state: ReturnType<typeof live>['state'];
  beforeEach(() => {
    ({ state } = live([START, monthly('g', '100'), use('30')]));
  });

  test('says what came back, to which grant, and for which purchase; the ledger took it when it was seen', () => {
    const bought = live([START, monthly('g', '100', { purchaseId: 'p' }), use('30')]).state;
    const { told, entries } = liveOn(bought, ['2026-03-01T00:00:00Z']);
    expect(told).toEqual([
      { kind: 'RESET', amount: '30', requested: null, allocations: ['g 30'], granted: '100', remaining: '100', usage: '0' },
    ]);
    expect(entries[0]).toMatchObject({ purchaseId: 'p', applied: null, recordedAt: new Date('2026-03-01T00:00:00Z') });
  });

  test('comes once for several missed periods, dated at the last boundary, and the next is the next true one', () => {
    const { entries, state: late } = liveOn(state, ['2026-06-15T00:00:00Z']);
    expect(entries.map(line)).toEqual(['RESET 30 2026-05-31T12:00:00.000Z']);
    expect(balanceIn(late).nextResetAt).toEqual(new Date('2026-06-30T12:00:00.000Z'));
    expect(late.nextDueAt).toEqual(new Date('2026-06-30T12:00:00.000Z'));
  });

  test('of an untouched grant writes an entry of amount 0, because the next reset date changes', () => {
    const untouched = live([START, monthly('g', '100')]).state;
    expect(liveOn(untouched, ['2026-02-28T12:00:00Z']).entries.map(line)).toEqual(['RESET 0 2026-02-28T12:00:00.000Z']);
  });

  test('repays an overdraft first', () => {
    const owing = liveOn(state, [START, use('120', 'OVERDRAW')]).state;
    const { told } = liveOn(owing, ['2026-02-28T12:00:00Z']);
    expect(told).toMatchObject([{ amount: '100', remaining: '50', usage: '50', allocations: ['overdraft 50', 'g 50'] }]);
  });

  test('of less than is owed leaves the grant empty, and the rest owed', () => {
    const owing = liveOn(state, [START, use('300', 'OVERDRAW')]).state;
    const { told, state: after } = liveOn(owing, ['2026-02-28T12:00:00Z']);
    expect(told).toMatchObject([{ amount: '100', remaining: '-130', allocations: ['overdraft 100', 'g 0'] }]);
    expect(liveOn(after, ['2026-03-31T12:00:00Z']).told).toMatchObject([{ amount: '100', remaining: '-30' }]);
  });

  test('does not touch what is held, which outlives it', () => {
    const holding = liveOn(state, [START, hold('h', '20')]).state;
    const { entries, state: after } = liveOn(holding, ['2026-02-28T12:00:00Z']);
    expect(entries.map(line)).toEqual(['RESET 30 2026-02-28T12:00:00.000Z']);
    expect(balanceIn(after)).toMatchObject({ remaining: decimal('80'), held: decimal('20'), usage: 0n });
  });

  test('leaves other grants of the feature alone', () => {
    const { state: both } = live([START, monthly('g', '100'), grant('once', '50'), use('120')]);
    const { told, state: after } = liveOn(both, ['2026-02-28T12:00:00Z']);
    expect(told).toMatchObject([{ amount: '100', remaining: '130', usage: '20' }]);
    expect(grantsIn(after).map(({ id, remaining }) => `${id} ${formatDecimal(remaining)}`)).toEqual(['g 100', 'once 30']);
  });

  test('of two grants at one instant is two entries', () => {
    const { state: both } = live([START, monthly('a', '100'), monthly('b', '10'), use('105')]);
    expect(liveOn(both, ['2026-02-28T12:00:00Z']).told.map(({ allocations }) => allocations)).toEqual([['a 100'], ['b 5']]);
  });

  test('of an unlimited grant sets its count to zero', () => {
    const { state: counting } = live([START, unlimited('all', { reset: DAILY }), use('7')]);
    const { told, entries } = liveOn(counting, ['2026-02-01T12:00:00Z']);
    expect(told).toMatchObject([{ kind: 'RESET', amount: '0', allocations: ['all 0 used -7'], usage: '0' }]);
    expect(entries[0]?.after).toMatchObject({ unlimited: true, nextResetAt: new Date('2026-02-02T12:00:00Z') });
  });
});

describe('what is due of several features', () => {
  test('is done in the order of its instants, not of its grants', () => {
    const stickers = (id: string, expiresAt: string) => grant(id, '5', { featureId: 'stickers', expiresAt: new Date(expiresAt) });
    const { state } = live([START, stickers('late', '2026-03-15'), monthly('g', '10'), stickers('soon', '2026-02-10')]);
    const { entries } = liveOn(state, ['2026-04-01T00:00:00Z']);
    expect(entries.map(line)).toEqual([
      'EXPIRY -5 2026-02-10T00:00:00.000Z',
      'EXPIRY -5 2026-03-15T00:00:00.000Z',
      'RESET 0 2026-03-31T12:00:00.000Z',
    ]);
    expect(entries.map(({ sequence }) => sequence)).toEqual([4n, 5n, 6n]);
  });

  test('at one instant: holds lapse, grants expire, the unused is rolled over, periods begin', () => {
    const instant = new Date('2026-02-28T12:00:00.000Z');
    const rollover = { max: null, maxPercentage: null, expiresAfter: null };
    const { state } = live([
      START,
      grant('ends', '5', { expiresAt: instant }),
      monthly('g', '10', { rollover }),
      use('1'),
      hold('h', '2', { expiresInMs: instant.getTime() - Date.parse(START) }),
    ]);
    const { entries, state: after } = liveOn(state, [instant.toISOString()]);
    expect(entries.map(({ kind, amount }) => `${kind} ${formatDecimal(amount)}`)).toEqual([
      'RELEASE 2',
      'EXPIRY -5',
      'ROLLOVER 9',
      'RESET 1',
    ]);
    expect(new Set(entries.map(({ occurredAt }) => occurredAt.getTime()))).toEqual(new Set([instant.getTime()]));
    expect(balanceIn(after)).toMatchObject({ granted: decimal('19'), remaining: decimal('19'), usage: 0n });
  });

  test('catching up again at the same instant does nothing', () => {
    const { state } = live([START, monthly('g', '10'), use('3')], ['2026-02-28T12:00:00Z']);
    const again = liveOn(state, ['2026-02-28T12:00:00Z']);
    expect(again.entries).toEqual([]);
    expect(again.state).toBe(state);
  });
});
