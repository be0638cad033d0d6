import { beforeEach, describe, expect, test } from 'vitest';
import type { Rollover } from '../../../src/ledger/model/types.ts';
import { DECIMAL_LIMIT, decimal, formatDecimal } from '../../../src/values/decimal.ts';
import { balanceIn, grantsIn, live, liveOn } from '../account.ts';
import { grant, hold, line, monthly, release, tell, use } from '../postings.ts';

const START = '2026-01-31T12:00:00.000Z';
const [FEBRUARY, MARCH, APRIL] = ['2026-02-28T12:00:00.000Z', '2026-03-31T12:00:00.000Z', '2026-04-30T12:00:00.000Z'];

interface Bounds {
  readonly max?: string;
  readonly maxPercentage?: number;
  readonly expiresAfter?: Rollover['expiresAfter'];
}

function rolling(amount: string, { max, maxPercentage = undefined, expiresAfter = null }: Bounds = {}) {
  const rollover = { max: max === undefined ? null : decimal(max), maxPercentage: maxPercentage ?? null, expiresAfter };
  return monthly('g', amount, { origin: 'INCLUDED', purchaseId: 'p', rollover });
}

const linesOf = (entries: Parameters<typeof line>[0][]) => entries.map(line);
const grantLines = (...of: Parameters<typeof grantsIn>) =>
  grantsIn(...of)
    .filter(({ endedAt }) => endedAt === null)
    .map(({ id, remaining }) => `${id} ${formatDecimal(remaining)}`);

describe('V1: what is unused is rolled over at the boundary', () => {
  let state: ReturnType<typeof live>['state'];
  beforeEach(() => {
    ({ state } = live([START, rolling('400', { max: '500' }), use('250')]));
  });

  test('400 a month up to 500, 250 used: 550 after it, ROLLOVER +150 and RESET +250', () => {
    const { told, entries, state: after } = liveOn(state, [FEBRUARY]);
    expect(told).toMatchObject([
      { kind: 'ROLLOVER', amount: '150', allocations: ['g.1 150'], granted: '550', remaining: '300', usage: '250' },
      { kind: 'RESET', amount: '250', allocations: ['g 250'], granted: '550', remaining: '550', usage: '0' },
    ]);
    expect(entries).toMatchObject([{ occurredAt: new Date(FEBRUARY) }, { occurredAt: new Date(FEBRUARY) }]);
    expect(grantsIn(after)).toMatchObject([
      {
        id: 'g.1',
        origin: 'ROLLED_OVER',
        purchaseId: 'p',
        granted: decimal('150'),
        reset: null,
        rollover: null,
        expiresAt: null,
      },
      { id: 'g', granted: decimal('400') },
    ]);
  });

  test('and is used before the rest, also before what was given since and ends sooner', () => {
    const soon = grant('soon', '10', { expiresAt: new Date('2026-03-02') });
    const { state: after } = liveOn(state, [FEBRUARY, soon, use('160')]);
    expect(grantLines(after)).toEqual(['g.1 0', 'g 390', 'soon 10']);
  });

  test('once for several missed periods, of what was left at the last', () => {
    expect(linesOf(liveOn(state, [APRIL]).entries.slice())).toEqual([`ROLLOVER 150 ${APRIL}`, `RESET 250 ${APRIL}`]);
  });
});

describe('how much is rolled over', () => {
  test.each<[string, Bounds, string, string]>([
    ['all, without a bound', {}, '0', '100'],
    ['up to max', { max: '30' }, '0', '30'],
    ['no more than is left, however high max is', { max: '300' }, '60', '40'],
    ['up to a percentage of what is granted', { maxPercentage: 25 }, '0', '25'],
    ['no more than is left of a percentage', { maxPercentage: 25 }, '90', '10'],
    ['the smaller of both: max', { max: '20', maxPercentage: 50 }, '0', '20'],
    ['the smaller of both: the percentage', { max: '80', maxPercentage: 50 }, '0', '50'],
    ['exactly, in decimals', { maxPercentage: 33 }, '66.9', '33'],
  ])('%s', (_, bounds, used, carried) => {
    const { entries } = live([START, rolling('100', bounds), ...(used === '0' ? [] : [use(used)])], [FEBRUARY]);
    const rolledOver = entries.filter(({ kind }) => kind === 'ROLLOVER');
    expect(linesOf(rolledOver)).toEqual([`ROLLOVER ${carried} ${FEBRUARY}`]);
    expect(entries.at(-1)?.kind).toBe('RESET');
  });

  test('nothing where nothing is unused', () => {
    expect(linesOf(live([START, rolling('100'), use('100')], [FEBRUARY]).entries.slice(2))).toEqual([`RESET 100 ${FEBRUARY}`]);
  });

  test('nothing where more was used than was there', () => {
    const { told } = live([START, rolling('100'), use('130', 'OVERDRAW')], [FEBRUARY]);
    expect(told.slice(2)).toMatchObject([
      { kind: 'RESET', amount: '100', remaining: '70', allocations: ['overdraft 30', 'g 70'] },
    ]);
  });

  test('not what is held, which comes back to its own grant', () => {
    const { told, state } = live([START, rolling('100'), hold('h', '40'), use('10')], [FEBRUARY]);
    expect(told.slice(3)).toMatchObject([
      { kind: 'ROLLOVER', amount: '50' },
      { kind: 'RESET', amount: '10', remaining: '110' },
    ]);
    const { state: released } = liveOn(state, [FEBRUARY, release('h')]);
    expect(grantLines(released)).toEqual(['g.1 50', 'g 100']);
  });

  test('nothing of what was bought beside it, which stays as it is', () => {
    const bought = grant('bought', '50', { origin: 'BOUGHT', purchaseId: 'p' });
    const { state } = live([START, rolling('100', { max: '30' }), bought, use('20')], [FEBRUARY]);
    expect(grantLines(state)).toEqual(['g.1 30', 'g 100', 'bought 50']);
  });

  test('no more than the balance can be written with', () => {
    const huge = formatDecimal(DECIMAL_LIMIT - 1n);
    const { state } = live([START, rolling(huge), use('5')], [FEBRUARY], [MARCH]);
    expect(balanceIn(state)).toMatchObject({ granted: DECIMAL_LIMIT - 1n, remaining: DECIMAL_LIMIT - 1n });
  });
});

describe('over several periods', () => {
  test('it gathers up to the bound, each period a grant of its own', () => {
    const { state, entries } = live([START, rolling('100', { max: '250' })], [FEBRUARY], [MARCH], [APRIL]);
    expect(linesOf(entries.filter(({ kind }) => kind === 'ROLLOVER'))).toEqual([
      `ROLLOVER 100 ${FEBRUARY}`,
      `ROLLOVER 100 ${MARCH}`,
      `ROLLOVER 50 ${APRIL}`,
    ]);
    expect(grantLines(state)).toEqual(['g.1 100', 'g.2 100', 'g.3 50', 'g 100']);
    expect(linesOf(liveOn(state, ['2026-05-31T12:00:00Z']).entries.slice())).toEqual(['RESET 0 2026-05-31T12:00:00.000Z']);
  });

  test('what was used of it makes room again, and what is held of it does not', () => {
    const { state } = live([START, rolling('100', { max: '100' })], [FEBRUARY, use('60')]);
    const { state: later } = liveOn(state, [MARCH]);
    expect(grantLines(later)).toEqual(['g.1 40', 'g.2 60', 'g 100']);
    const { entries } = liveOn(state, [FEBRUARY, hold('h', '30')], [MARCH]);
    expect(linesOf(entries.slice(1))).toEqual([`ROLLOVER 60 ${MARCH}`, `RESET 0 ${MARCH}`]);
  });

  test('the bound is of each plan held: twice the plan carries twice as much', () => {
    const second = rolling('100', { max: '30' });
    const other = { ...second, grant: { ...second.grant, id: 'other', purchaseId: 'q' } };
    const { state } = live([START, rolling('100', { max: '30' }), other], [FEBRUARY], [MARCH]);
    expect(grantLines(state)).toEqual(['g.1 30', 'other.1 30', 'g 100', 'other 100']);
  });

  test('and of each item of a plan that has two of the feature', () => {
    const weekly = rolling('10', { max: '5' });
    const other = { ...weekly, grant: { ...weekly.grant, id: 'w', reset: { unit: 'MONTH', count: 2 } as const } };
    const { state } = live([START, rolling('100', { max: '30' }), other], [FEBRUARY], [MARCH]);
    expect(grantLines(state)).toEqual(['g.1 30', 'w.1 5', 'g 100', 'w 10']);
  });
});

describe('what is rolled over with an end of its own', () => {
  const week = { unit: 'WEEK', count: 1 } as const;
  let state: ReturnType<typeof live>['state'];
  beforeEach(() => {
    ({ state } = live([START, rolling('100', { expiresAfter: week }), use('70')]));
  });

  test('expires so long after the boundary, and takes its use with it', () => {
    const { state: after } = liveOn(state, [FEBRUARY, use('10')]);
    expect(balanceIn(after).nextExpiryAt).toEqual(new Date('2026-03-07T12:00:00Z'));
    const { told, entries } = liveOn(after, ['2026-03-08T00:00:00Z']);
    expect(told).toMatchObject([{ kind: 'EXPIRY', amount: '-20', granted: '100', remaining: '100', usage: '0' }]);
    expect(entries[0]?.occurredAt).toEqual(new Date('2026-03-07T12:00:00Z'));
  });

  test('comes and goes in one go where nobody looked in between', () => {
    expect(linesOf(liveOn(state, ['2026-03-20T00:00:00Z']).entries.slice())).toEqual([
      `ROLLOVER 30 ${FEBRUARY}`,
      `RESET 70 ${FEBRUARY}`,
      'EXPIRY -30 2026-03-07T12:00:00.000Z',
    ]);
  });

  test('the soonest to end is used first', () => {
    const quarter = { unit: 'QUARTER', count: 1 } as const;
    const { state: after } = live([START, rolling('100', { expiresAfter: quarter }), use('90')], [FEBRUARY], [MARCH, use('15')]);
    expect(grantLines(after)).toEqual(['g.1 0', 'g.2 95', 'g 100']);
  });

  test('for a month it ends with the month that it is carried into, by the same anchor, and makes room for the next', () => {
    const month = { unit: 'MONTH', count: 1 } as const;
    const { state } = live([START, rolling('100', { max: '30', expiresAfter: month })], [FEBRUARY]);
    expect(grantsIn(state)[0]).toMatchObject({ id: 'g.1', expiresAt: new Date(MARCH) });
    const { entries } = liveOn(state, ['2026-03-28T12:00:00.000Z'], [MARCH]);
    expect(entries.map((entry) => tell(entry).kind)).toEqual(['EXPIRY', 'ROLLOVER', 'RESET']);
  });
});
