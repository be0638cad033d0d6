import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InsufficientBalanceError } from '../../../src/ledger/model/errors.ts';
import type { Posting } from '../../../src/ledger/model/posting.ts';
import { decimal } from '../../../src/values/decimal.ts';
import { balanceIn, grantsIn, live, liveOn, type Step } from '../account.ts';
import { FEATURE, grant, hold, line, MONTHLY, monthly, release, unlimited, use } from '../postings.ts';

const START = '2026-01-31T12:00:00.000Z';
const END = '2026-02-15T00:00:00.000Z';
const ending = (id: string, amount: string) => grant(id, amount, { expiresAt: new Date(END) });

describe('D10: a grant that expires takes what was left of it, and what was used of it', () => {
  test.each<[string, readonly Posting[], { amount: string; granted: string; remaining: string; usage: string }]>([
    ['unused', [], { amount: '-100', granted: '50', remaining: '50', usage: '0' }],
    ['partly used', [use('30')], { amount: '-70', granted: '50', remaining: '50', usage: '0' }],
    ['wholly used', [use('100')], { amount: '0', granted: '50', remaining: '50', usage: '0' }],
    ['used beyond it', [use('120')], { amount: '0', granted: '50', remaining: '30', usage: '20' }],
    ['overdrawn', [use('170', 'OVERDRAW')], { amount: '0', granted: '50', remaining: '-20', usage: '70' }],
  ])('%s', (_, used, after) => {
    const { state } = live([START, ending('ends', '100'), grant('stays', '50'), ...used]);
    expect(liveOn(state, ['2026-02-14T23:59:59.999Z']).entries).toEqual([]);
    const { told, entries, state: later } = liveOn(state, [END]);
    expect(told).toMatchObject([{ kind: 'EXPIRY', allocations: [`ends ${after.amount}`], ...after }]);
    expect(entries.map(line)).toEqual([`EXPIRY ${after.amount} ${END}`]);
    expect(balanceIn(later).nextExpiryAt).toBeNull();
    expect(later.nextDueAt).toBeNull();
    expect(grantsIn(later).find(({ id }) => id === 'ends')).toMatchObject({ endedAt: new Date(END), remaining: 0n });
  });

  test('seen late, is dated at its instant', () => {
    const { state } = live([START, ending('ends', '100')]);
    const { entries } = liveOn(state, ['2027-01-01T00:00:00Z']);
    expect(entries).toMatchObject([{ occurredAt: new Date(END), recordedAt: new Date('2027-01-01T00:00:00Z') }]);
  });

  test('of an unlimited grant takes its use off, and what comes then is refused', () => {
    const { state } = live([START, unlimited('all', { expiresAt: new Date(END) }), grant('g', '5'), use('40')]);
    const { told, entries, state: later } = liveOn(state, [END]);
    expect(told).toMatchObject([{ amount: '0', allocations: ['all 0 used -40'], granted: '5', remaining: '5', usage: '0' }]);
    expect(entries[0]?.after.unlimited).toBe(false);
    expect(() => liveOn(later, [END, use('6', 'REJECT')])).toThrow(InsufficientBalanceError);
  });

  test('of two at one instant is two entries, and of two instants in their order', () => {
    const sooner = grant('sooner', '1', { expiresAt: new Date('2026-02-10') });
    const { state } = live([START, ending('a', '2'), ending('b', '3'), sooner]);
    expect(liveOn(state, ['2026-03-01T00:00:00Z']).told.map(({ allocations }) => allocations)).toEqual([
      ['sooner -1'],
      ['a -2'],
      ['b -3'],
    ]);
  });

  test('leaves what is held of it until the hold ends, and then takes that, too', () => {
    const { state } = live([START, ending('ends', '100'), hold('h', '30')]);
    const { told, state: later } = liveOn(state, [END]);
    expect(told).toMatchObject([{ amount: '-70', granted: '30', remaining: '0', usage: '0' }]);
    expect(balanceIn(later)).toMatchObject({ held: decimal('30') });
    const { told: released, entries } = liveOn(later, ['2026-02-20T00:00:00Z', release('h')]);
    expect(released).toMatchObject([
      { kind: 'RELEASE', amount: '30' },
      { kind: 'EXPIRY', amount: '-30', granted: '0', remaining: '0', usage: '0' },
    ]);
    expect(entries[1]?.occurredAt).toEqual(new Date('2026-02-20T00:00:00Z'));
  });
});

describe('what both resets and expires', () => {
  const lasting = (expiresAt: string) => monthly('g', '100', { expiresAt: new Date(expiresAt) });

  test('resets at each boundary before its end, and then ends', () => {
    const { entries } = live(
      [START, lasting('2026-04-15'), use('30')],
      ['2026-03-01T00:00:00Z', use('5')],
      ['2026-04-01T00:00:00Z'],
      ['2026-06-01T00:00:00Z'],
    );
    expect(entries.map(line).filter((each) => !each.startsWith('USAGE') && !each.startsWith('GRANT'))).toEqual([
      'RESET 30 2026-02-28T12:00:00.000Z',
      'RESET 5 2026-03-31T12:00:00.000Z',
      'EXPIRY -100 2026-04-15T00:00:00.000Z',
    ]);
  });

  test('seen after its end, resets once at the last boundary that it lived to see', () => {
    const { entries, state } = liveOn(live([START, lasting('2026-04-15'), use('30')]).state, ['2027-01-01T00:00:00Z']);
    expect(entries.map(line)).toEqual(['RESET 30 2026-03-31T12:00:00.000Z', 'EXPIRY -100 2026-04-15T00:00:00.000Z']);
    expect(balanceIn(state)).toMatchObject({ granted: 0n, remaining: 0n, usage: 0n, nextResetAt: null });
  });

  test('seen after its end, which was a boundary, resets at the boundary before', () => {
    const end = '2026-04-30T12:00:00.000Z';
    const { entries } = liveOn(live([START, lasting(end), use('30')]).state, ['2027-01-01T00:00:00Z']);
    expect(entries.map(line)).toEqual(['RESET 30 2026-03-31T12:00:00.000Z', `EXPIRY -100 ${end}`]);
  });

  test.each([
    ['at a boundary', '2026-03-31T12:00:00.000Z'],
    ['a moment after one', '2026-02-28T12:00:00.001Z'],
  ])('has no next reset once its end comes first: %s', (_, expiresAt) => {
    const { state } = live([START, lasting(expiresAt), use('30')], ['2026-02-28T12:00:00.000Z']);
    expect(balanceIn(state)).toMatchObject({ remaining: decimal('100'), nextResetAt: null, nextExpiryAt: new Date(expiresAt) });
    expect(liveOn(state, ['2026-07-01T00:00:00Z']).entries.map(line)).toEqual([`EXPIRY -100 ${expiresAt}`]);
  });

  test('never resets where it ends with its first period, or before', () => {
    for (const expiresAt of ['2026-02-28T12:00:00.000Z', '2026-02-10T00:00:00.000Z']) {
      const { state, entries } = live([START, lasting(expiresAt), use('30')]);
      expect(entries[0]?.after.nextResetAt).toBeNull();
      expect(liveOn(state, ['2026-07-01T00:00:00Z']).entries.map(line)).toEqual([`EXPIRY -70 ${expiresAt}`]);
    }
  });
});

describe('a balance knows when it next resets and ends', () => {
  test('of grants that can be used or filled up: a grant that is used up for good counts for no date, and still expires', () => {
    const { state } = live([START, ending('ends', '10'), use('10')]);
    expect(balanceIn(state).nextExpiryAt).toBeNull();
    expect(state.nextDueAt).toEqual(new Date(END));
  });

  test('at every moment of any life', () => {
    const instant = (day: number) => new Date(Date.UTC(2026, 0, 31 + day, 12)).toISOString();
    const amount = fc.integer({ min: 1, max: 60 }).map(String);
    const terms = fc.record({
      reset: fc.option(fc.constantFrom(MONTHLY, { unit: 'DAY', count: 3 } as const, { unit: 'WEEK', count: 2 } as const)),
      lastsDays: fc.option(fc.integer({ min: 1, max: 70 })),
      unlimited: fc.constantFrom(false, false, false, true),
      rollsOver: fc.boolean(),
    });
    const happening = fc.oneof(
      fc.record({ verb: fc.constant('grant' as const), amount, terms }),
      fc.record({
        verb: fc.constant('use' as const),
        amount,
        policy: fc.constantFrom('CAP' as const, 'OVERDRAW' as const),
      }),
      fc.record({ verb: fc.constant('hold' as const), amount, lastsDays: fc.integer({ min: 1, max: 20 }) }),
    );
    const timeline = fc.array(fc.tuple(fc.integer({ min: 0, max: 25 }), happening), { maxLength: 12 });
    const rollover = { max: decimal('40'), maxPercentage: null, expiresAfter: { unit: 'WEEK', count: 1 } } as const;

    fc.assert(
      fc.property(timeline, (happenings) => {
        let day = 0;
        let state = live().state;
        for (const [index, [days, what]] of happenings.entries()) {
          day += days;
          const now = instant(day);
          state = liveOn(state, [now]).state;
          state = liveOn(state, ...steps(now, day, index, what, balanceIn(state).remaining)).state;
        }
        // liveOn compares each state with what its grants say.
        state = liveOn(state, [instant(day + 400)]).state;
        expect(balanceIn(state, FEATURE).held).toBe(0n);
      }),
      { numRuns: 150 },
    );

    type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

    function steps(now: string, day: number, index: number, what: Happening, remaining: bigint): readonly Step[] {
      if (what.verb === 'use') return [[now, use(what.amount, what.policy)]];
      if (what.verb === 'hold') {
        const expiresInMs = Date.parse(instant(day + what.lastsDays)) - Date.parse(now);
        return remaining >= decimal(what.amount) ? [[now, hold(`h${index}`, what.amount, { expiresInMs })]] : [];
      }
      const { reset, lastsDays, unlimited: isUnlimited, rollsOver } = what.terms;
      const terms = {
        reset,
        rollover: rollsOver && reset && !isUnlimited ? rollover : null,
        expiresAt: lastsDays === null ? null : new Date(instant(day + lastsDays)),
      };
      const id = `g${index}`;
      return [[now, isUnlimited ? unlimited(id, terms) : grant(id, what.amount, terms)]];
    }
  });
});
