import { beforeEach, describe, expect, test } from 'vitest';
import { RefusedError } from '../../../src/ledger/model/errors.ts';
import type { Posting } from '../../../src/ledger/model/posting.ts';
import { decimal, formatDecimal } from '../../../src/values/decimal.ts';
import { balanceIn, grantsIn, live, liveOn } from '../account.ts';
import { FEATURE, grant, hold, line, monthly, unlimited, use } from '../postings.ts';

const START = '2026-01-31T12:00:00.000Z';

function adjust(to: { readonly by: string } | { readonly remaining: string }, grantId = 'new'): Posting {
  const wanted = 'by' in to ? { by: decimal(to.by) } : { remaining: decimal(to.remaining) };
  return { verb: 'adjust', featureId: FEATURE, grantId, to: wanted, reason: 'counted by hand' };
}

const left = (...of: Parameters<typeof grantsIn>) =>
  grantsIn(...of).map(({ id, remaining }) => `${id} ${formatDecimal(remaining)}`);

describe('an adjustment', () => {
  let state: ReturnType<typeof live>['state'];
  beforeEach(() => {
    ({ state } = live([START, monthly('m', '10'), grant('g', '20'), use('4')]));
  });

  test('upward is a grant by hand, and leaves the use as it is', () => {
    const { told, entries, state: after } = liveOn(state, [START, adjust({ by: '5' })]);
    expect(told).toMatchObject([{ kind: 'ADJUSTMENT', amount: '5', granted: '35', remaining: '31', usage: '4' }]);
    expect(entries[0]).toMatchObject({ reason: 'counted by hand', requested: null, applied: null });
    expect(grantsIn(after).at(-1)).toMatchObject({ id: 'new', origin: 'MANUAL', reset: null, expiresAt: null });
  });

  test('downward comes off the grants in their order, and off what was granted', () => {
    const { told, state: after } = liveOn(state, [START, adjust({ by: '-8' })]);
    expect(told).toMatchObject([{ amount: '-8', granted: '22', remaining: '18', usage: '4', allocations: ['m -6', 'g -2'] }]);
    expect(left(after)).toEqual(['m 0', 'g 18']);
  });

  test('of a grant that resets lasts for its period: what it took off comes back with the next, by its own entry', () => {
    const { entries } = liveOn(state, [START, adjust({ by: '-6' })], ['2026-02-28T12:00:00Z']);
    expect(entries.map(line)).toEqual([
      `ADJUSTMENT -6 ${START}`,
      'ADJUSTMENT 6 2026-02-28T12:00:00.000Z',
      'RESET 4 2026-02-28T12:00:00.000Z',
    ]);
    expect(entries[2]?.after).toMatchObject({ granted: decimal('30'), remaining: decimal('30'), usage: 0n });
  });

  test.each([
    ['more', '40', '14'],
    ['less', '1.5', '-24.5'],
    ['nothing', '0', '-26'],
    ['as much as there is', '26', '0'],
  ])('to an amount moves by what is between: %s', (_, remaining, amount) => {
    const { entries } = liveOn(state, [START, adjust({ remaining })]);
    expect(entries.map(line)).toEqual([`ADJUSTMENT ${amount} ${START}`]);
    expect(entries[0]?.after).toMatchObject({ remaining: decimal(remaining), usage: decimal('4') });
  });

  test('never goes below zero', () => {
    expect(() => liveOn(state, [START, adjust({ by: '-26.1' })])).toThrow(RefusedError);
    expect(() => liveOn(state, [START, adjust({ by: '-26.1' })])).toThrow('must be at least -26');
  });

  test('does not take what is held', () => {
    const { state: holding } = liveOn(state, [START, hold('h', '20')]);
    expect(() => liveOn(holding, [START, adjust({ by: '-7' })])).toThrow('must be at least -6');
    expect(liveOn(holding, [START, adjust({ by: '-6' })]).entries[0]?.after).toMatchObject({
      held: decimal('20'),
      remaining: 0n,
    });
  });

  test('does not take from an unlimited grant, which has no amount', () => {
    const { state: free } = live([START, unlimited('all'), grant('g', '5'), use('9')]);
    const { told } = liveOn(free, [START, adjust({ by: '-5' })]);
    expect(told).toMatchObject([{ amount: '-5', remaining: '0', usage: '9', allocations: ['g -5'] }]);
    expect(() => liveOn(free, [START, adjust({ by: '-6' })])).toThrow('must be at least -5');
  });

  test('of an overdrawn balance repays first, and to zero repays all', () => {
    const { state: owing } = live([START, use('5', 'OVERDRAW')]);
    expect(liveOn(owing, [START, adjust({ by: '8' })]).told).toMatchObject([
      { amount: '8', remaining: '3', usage: '5', allocations: ['overdraft 5', 'new 3'] },
    ]);
    expect(balanceIn(liveOn(owing, [START, adjust({ remaining: '0' })]).state)).toMatchObject({ remaining: 0n });
    expect(() => liveOn(owing, [START, adjust({ by: '-1' })])).toThrow(RefusedError);
  });
});
