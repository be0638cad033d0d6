import { beforeEach, describe, expect, test } from 'vitest';
import type { Posting } from '../../../src/ledger/model/posting.ts';
import { decimal } from '../../../src/values/decimal.ts';
import { balanceIn, grantsIn, live, liveOn } from '../account.ts';
import { FEATURE, grant, hold, line, monthly, release, tell, unlimited, use } from '../postings.ts';

const START = '2026-01-31T12:00:00.000Z';
const FEBRUARY = '2026-02-28T12:00:00.000Z';

const voiding = (grantId: string): Posting => ({ verb: 'void', featureId: FEATURE, grantId, reason: 'a mistake' });
const ending = (purchaseId: string): Posting => ({ verb: 'end', featureId: FEATURE, purchaseId, reason: 'canceled' });
const limiting = (purchaseId: string, until: string): Posting => {
  return { verb: 'limit', featureId: FEATURE, purchaseId, until: new Date(until), reason: 'canceled' };
};

describe('a grant that is voided', () => {
  let state: ReturnType<typeof live>['state'];
  beforeEach(() => {
    ({ state } = live([START, monthly('m', '10'), grant('g', '20'), use('4')]));
  });

  test('takes what was left of it, and what was used of it, and resets no more', () => {
    const { told, entries, state: after } = liveOn(state, [START, voiding('m')]);
    expect(told).toMatchObject([
      { kind: 'VOID', amount: '-6', granted: '20', remaining: '20', usage: '0', allocations: ['m -6'] },
    ]);
    expect(entries[0]).toMatchObject({ reason: 'a mistake' });
    expect(entries[0]?.after.nextResetAt).toBeNull();
    expect(liveOn(after, ['2027-01-01T00:00:00Z']).entries).toEqual([]);
  });

  test('twice is voided once', () => {
    expect(liveOn(state, [START, voiding('m'), voiding('m')]).entries).toHaveLength(1);
  });

  test('that is used up takes its use', () => {
    const { told } = live([START, grant('g', '20'), use('20'), voiding('g')]);
    expect(told.at(-1)).toMatchObject({ kind: 'VOID', amount: '0', granted: '0', remaining: '0', usage: '0' });
  });

  test('that is unlimited takes its count, and the balance is limited', () => {
    const { told, state: after } = live([START, unlimited('all'), use('9'), voiding('all')]);
    expect(told.at(-1)).toMatchObject({ kind: 'VOID', amount: '0', usage: '0', allocations: ['all 0 used -9'] });
    expect(balanceIn(after).unlimited).toBe(false);
  });

  test('leaves what is held of it until the hold ends', () => {
    const { told, entries } = liveOn(state, [START, hold('h', '8'), voiding('m'), release('h')]);
    expect(told.slice(1)).toMatchObject([
      { kind: 'VOID', amount: '0', granted: '26', remaining: '18', usage: '0' },
      { kind: 'RELEASE', amount: '8', remaining: '26' },
      { kind: 'VOID', amount: '-6', granted: '20', remaining: '20', usage: '0' },
    ]);
    expect(entries.at(-1)?.after.held).toBe(0n);
  });

  test('must be there, and be a grant', () => {
    expect(() => liveOn(state, [START, voiding('other')])).toThrow(/there is no grant with the id "other"/i);
    const { state: owing } = liveOn(state, [START, use('30', 'OVERDRAW')]);
    const overdraft = grantsIn(owing).find(({ origin }) => origin === 'OVERDRAFT');
    expect(() => liveOn(owing, [START, voiding(overdraft?.id ?? '')])).toThrow('is an overdraft');
  });
});

describe('a purchase that ends', () => {
  const rollover = { max: null, maxPercentage: null, expiresAfter: null };
  let state: ReturnType<typeof live>['state'];
  beforeEach(() => {
    ({ state } = live(
      [
        START,
        monthly('m', '10', { origin: 'INCLUDED', purchaseId: 'p', rollover }),
        grant('bought', '50', { origin: 'BOUGHT', purchaseId: 'p' }),
        grant('other', '7', { origin: 'INCLUDED', purchaseId: 'q' }),
        use('4'),
      ],
      [FEBRUARY],
    ));
  });

  test('takes what it included, and what was rolled over from it: what was bought stays', () => {
    const { entries, told, state: after } = liveOn(state, [FEBRUARY, ending('p')]);
    expect(told.map(({ kind, allocations }) => [kind, ...allocations])).toEqual([
      ['VOID', 'm.1 -6'],
      ['VOID', 'm -10'],
    ]);
    expect(entries).toMatchObject([
      { purchaseId: 'p', reason: 'canceled' },
      { purchaseId: 'p', reason: 'canceled' },
    ]);
    expect(balanceIn(after)).toMatchObject({ granted: decimal('57'), remaining: decimal('57'), usage: 0n, nextResetAt: null });
  });

  test('takes what it sells for its periods, too', () => {
    const period = { start: new Date(START), end: new Date(FEBRUARY) };
    const { state: renewed } = live([START, grant('seats', '9', { origin: 'BOUGHT', purchaseId: 'p', period })]);
    expect(liveOn(renewed, [START, ending('p')]).told).toMatchObject([{ kind: 'VOID', allocations: ['seats -9'] }]);
  });

  test('twice ends once, and one that gave nothing ends nothing', () => {
    expect(liveOn(state, [FEBRUARY, ending('p'), ending('p'), ending('nobody')]).entries).toHaveLength(2);
  });

  test('later, lets what it included expire then, with one entry that says so', () => {
    const { told, entries, state: limited } = liveOn(state, [FEBRUARY, limiting('p', '2026-04-15')]);
    expect(told).toMatchObject([{ kind: 'ADJUSTMENT', amount: '0', remaining: '73', allocations: ['m.1 0', 'm 0'] }]);
    expect(entries[0]?.after).toMatchObject({
      nextResetAt: new Date('2026-03-31T12:00:00Z'),
      nextExpiryAt: new Date('2026-04-15'),
    });
    const later = liveOn(limited, ['2026-05-01T00:00:00Z']);
    expect(later.entries.map(line)).toEqual([
      'ROLLOVER 10 2026-03-31T12:00:00.000Z',
      'RESET 0 2026-03-31T12:00:00.000Z',
      'EXPIRY -6 2026-04-15T00:00:00.000Z',
      'EXPIRY -10 2026-04-15T00:00:00.000Z',
    ]);
  });

  test('later, has no reset any more where its end comes first', () => {
    const { entries, state: limited } = liveOn(state, [FEBRUARY, limiting('p', '2026-03-31T12:00:00.000Z')]);
    expect(entries[0]?.after).toMatchObject({ nextResetAt: null, nextExpiryAt: new Date('2026-03-31T12:00:00.000Z') });
    expect(liveOn(limited, ['2026-06-01T00:00:00Z']).entries.map((entry) => tell(entry).kind)).toEqual(['EXPIRY', 'EXPIRY']);
  });

  test('later, lengthens nothing', () => {
    const limited = liveOn(state, [FEBRUARY, limiting('p', '2026-04-15')], [FEBRUARY, limiting('p', '2026-05-15')]);
    expect(limited.entries).toHaveLength(1);
    expect(balanceIn(limited.state).nextExpiryAt).toEqual(new Date('2026-04-15'));
    const sooner = liveOn(limited.state, [FEBRUARY, limiting('p', '2026-03-15')]);
    expect(balanceIn(sooner.state).nextExpiryAt).toEqual(new Date('2026-03-15'));
  });
});
