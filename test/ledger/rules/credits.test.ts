import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { AmountOverflowError, InsufficientBalanceError } from '../../../src/ledger/model/errors.ts';
import type { Posting } from '../../../src/ledger/model/posting.ts';
import type { LedgerEntry, ShortfallPolicy } from '../../../src/ledger/model/types.ts';
import { lackOf } from '../../../src/ledger/rules/spread.ts';
import { decimal, formatDecimal } from '../../../src/values/decimal.ts';
import { balanceIn, live, liveOn } from '../account.ts';
import { credits, grant, unlimited, use } from '../postings.ts';

const START = '2026-01-31T12:00:00.000Z';
const COINS = 'coins';
const coins = (amount: string, id = 'c') => grant(id, amount, { featureId: COINS });

/** A use that coins may pay for, at so many a unit. */
function spend(amount: string, cost: string, onShortfall: ShortfallPolicy = 'CAP'): Posting {
  return { ...use(amount, onShortfall), credits: credits({ [COINS]: cost }) };
}

/**
 * An entry of a use in words: whose balance, what moved, what was asked and used, for how many
 * units, and because of which entry.
 */
function say({ featureId, amount, requested, applied, units, cause }: LedgerEntry): string {
  const [moved, asked, used, paysFor] = [amount, requested, applied, units].map((each) =>
    each === null ? '-' : formatDecimal(each),
  );
  return `${featureId} ${moved}, ${used} of ${asked}${units === null ? '' : `, pays for ${paysFor} of ${cause}`}`;
}

const saidOf = (...postings: readonly [Posting, ...Posting[]]) =>
  live([START, ...postings])
    .entries.filter(({ kind }) => kind === 'USAGE')
    .map(say);

describe('credits pay for what a feature does not have itself', () => {
  test('S1: 50.25 at 0.2 of 200 leave 189.95, then 33.67 at 0.6 leave 169.748', () => {
    const { state, entries } = live([START, coins('200'), spend('50.25', '0.2')]);
    expect(entries.slice(1).map(say)).toEqual([
      'messages 0, 50.25 of 50.25',
      'coins -10.05, 10.05 of 10.05, pays for 50.25 of 2',
    ]);
    expect(entries[2]).toMatchObject({ kind: 'USAGE', cost: decimal('0.2'), cause: 2n });
    expect(formatDecimal(balanceIn(state, COINS).remaining)).toBe('189.95');
    const { state: after } = liveOn(state, [START, spend('33.67', '0.6')]);
    expect(formatDecimal(balanceIn(after, COINS).remaining)).toBe('169.748');
    expect(balanceIn(after)).toMatchObject({ remaining: 0n, usage: 0n, version: 4n });
  });

  test('S3: its own first, and only then the credits: two entries of one command', () => {
    const { state, entries } = live([START, grant('own', '100'), coins('200'), spend('40.5', '0.2')]);
    expect(entries.slice(2).map(say)).toEqual(['messages -40.5, 40.5 of 40.5']);
    const { entries: both, state: after } = liveOn(state, [START, spend('80', '0.2')]);
    expect(both.map(say)).toEqual(['messages -59.5, 80 of 80', 'coins -4.1, 4.1 of 4.1, pays for 20.5 of 4']);
    expect(both.map(({ sequence }) => sequence)).toEqual([4n, 5n]);
    expect([balanceIn(after), balanceIn(after, COINS)].map(({ remaining }) => formatDecimal(remaining))).toEqual(['0', '195.9']);
  });

  test('credits are used in the order of their own grants', () => {
    const { entries } = live([START, coins('3', 'a'), coins('5', 'b'), spend('5', '1')]);
    expect(entries[3]?.allocations.map(({ grantId, amount }) => `${grantId} ${formatDecimal(amount)}`)).toEqual(['a -3', 'b -2']);
  });

  test('a boundary of the credits is theirs: a use after it is paid from what came back', () => {
    const { state } = live([START, grant('c', '10', { featureId: COINS, reset: { unit: 'DAY', count: 1 } }), spend('8', '1')]);
    const { entries } = liveOn(state, ['2026-02-01T12:00:00Z', spend('9', '1', 'REJECT')]);
    expect(entries.map(say)).toEqual(['coins 8, - of -', 'messages 0, 9 of 9', 'coins -9, 9 of 9, pays for 9 of 5']);
  });

  test('used directly, they are a feature like any other', () => {
    expect(saidOf(coins('10'), use('4', 'REJECT', COINS))).toEqual(['coins -4, 4 of 4']);
  });

  test('an unlimited grant of them pays for everything, counted in credits', () => {
    const { entries, state } = live([START, unlimited('all', { featureId: COINS }), spend('1000', '0.3', 'REJECT')]);
    expect(entries.slice(1).map(say)).toEqual(['messages 0, 1000 of 1000', 'coins 0, 300 of 300, pays for 1000 of 2']);
    expect(balanceIn(state, COINS)).toMatchObject({ remaining: 0n, usage: decimal('300') });
  });

  test('an unlimited grant of the feature itself leaves them alone', () => {
    expect(saidOf(coins('5'), unlimited('all'), spend('9', '1'))).toEqual(['messages 0, 9 of 9']);
  });
});

describe('credits are rounded up at the twelfth place, and the units that they afford down', () => {
  test('0.5 last places cost one', () => {
    expect(saidOf(coins('1'), spend('0.000000000001', '0.5'))).toEqual([
      'messages 0, 0.000000000001 of 0.000000000001',
      'coins -0.000000000001, 0.000000000001 of 0.000000000001, pays for 0.000000000001 of 2',
    ]);
  });

  test('1 credit at 0.3 affords 3.333333333333, and CAP reports the rest', () => {
    expect(saidOf(coins('1'), spend('10', '0.3'))).toEqual([
      'messages 0, 3.333333333333 of 10',
      'coins -1, 1 of 3, pays for 3.333333333333 of 2',
    ]);
  });

  test('what is too little for a last place of a unit stays', () => {
    expect(saidOf(coins('0.000000000002'), spend('1', '3'))).toEqual(['messages 0, 0 of 1']);
    expect(saidOf(coins('1'), spend('1', '7'))).toEqual([
      'messages 0, 0.142857142857 of 1',
      'coins -0.999999999999, 0.999999999999 of 7, pays for 0.142857142857 of 2',
    ]);
  });

  test('never more units than were asked, never more credits than there are, and check agrees with track', () => {
    const amount = fc.bigInt({ min: 1n, max: 10n ** 14n });
    const purse = fc.bigInt({ min: 0n, max: 10n ** 14n });
    const property = fc.property(purse, purse, amount, amount, (own, credit, cost, asked) => {
      const given: Posting[] = [
        ...(own > 0n ? [grant('own', formatDecimal(own))] : []),
        ...(credit > 0n ? [coins(formatDecimal(credit))] : []),
      ];
      const { state } = live([START, ...given]);
      const payers = [{ balance: balanceIn(state, COINS), cost }];
      const missing = lackOf(balanceIn(state), payers, asked).shortfall;
      const { entries, state: after } = liveOn(state, [START, spend(formatDecimal(asked), formatDecimal(cost))]);
      expect(entries[0]?.applied).toBe(asked - missing);
      expect(balanceIn(after, COINS).remaining).toBeGreaterThanOrEqual(0n);
      const rejecting = () => liveOn(state, [START, spend(formatDecimal(asked), formatDecimal(cost), 'REJECT')]);
      if (missing > 0n) expect(rejecting).toThrow(InsufficientBalanceError);
      else expect(rejecting).not.toThrow();
    });
    fc.assert(property, { numRuns: 300 });
  });

  test('more credits than can be written are refused', () => {
    expect(() => saidOf(coins('1'), spend('99999999999999999999999999', '2'))).toThrow(AmountOverflowError);
  });
});

describe('where both together are too little', () => {
  let state: ReturnType<typeof live>['state'];
  beforeEach(() => {
    ({ state } = live([START, grant('own', '10'), coins('2')]));
  });

  test('REJECT takes neither, and says what is missing in units of the feature', () => {
    let refusal: unknown;
    try {
      liveOn(state, [START, spend('31', '0.1', 'REJECT')]);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(InsufficientBalanceError);
    expect(refusal).toMatchObject({ required: decimal('31'), remaining: decimal('30'), shortfall: decimal('1') });
    expect(liveOn(state, [START, spend('30', '0.1', 'REJECT')]).entries.map(say)).toEqual([
      'messages -10, 30 of 30',
      'coins -2, 2 of 2, pays for 20 of 3',
    ]);
  });

  test("CAP takes both, and the feature's entry says what was used of all that was asked", () => {
    expect(liveOn(state, [START, spend('50', '0.1')]).entries.map(say)).toEqual([
      'messages -10, 30 of 50',
      'coins -2, 2 of 4, pays for 20 of 3',
    ]);
  });

  test('OVERDRAW puts the rest onto the credits, where the customer ever had some', () => {
    const { entries, state: owing } = liveOn(state, [START, spend('50', '0.1', 'OVERDRAW')]);
    expect(entries.map(say)).toEqual(['messages -10, 50 of 50', 'coins -4, 4 of 4, pays for 40 of 3']);
    expect(formatDecimal(balanceIn(owing, COINS).remaining)).toBe('-2');
    expect(formatDecimal(balanceIn(owing).remaining)).toBe('0');
    const { told } = liveOn(owing, [START, coins('10', 'top-up')]);
    expect(told).toMatchObject([{ remaining: '8', allocations: ['overdraft 2', 'top-up 8'] }]);
  });

  test('and onto the feature itself, where not', () => {
    const { state: owing, entries } = live([START, grant('own', '10'), spend('50', '0.1', 'OVERDRAW')]);
    expect(entries.slice(1).map(say)).toEqual(['messages -50, 50 of 50']);
    expect(formatDecimal(balanceIn(owing).remaining)).toBe('-40');
  });

  test('credits that are overdrawn pay nothing until they are repaid', () => {
    const { state: owing } = liveOn(state, [START, use('5', 'OVERDRAW', COINS)]);
    expect(liveOn(owing, [START, spend('12', '0.1')]).entries.map(say)).toEqual(['messages -10, 10 of 12']);
  });
});

describe('two credit systems', () => {
  const spendBoth = (amount: string, onShortfall: ShortfallPolicy = 'CAP'): Posting => ({
    ...use(amount, onShortfall),
    credits: credits({ [COINS]: '1', gems: '0.5' }),
  });
  let state: ReturnType<typeof live>['state'];
  beforeEach(() => {
    ({ state } = live([START, grant('own', '1'), coins('2'), grant('gem', '3', { featureId: 'gems' })]));
  });

  test('pay in their order, each at its own cost', () => {
    expect(liveOn(state, [START, spendBoth('5', 'REJECT')]).entries.map(say)).toEqual([
      'messages -1, 5 of 5',
      'coins -2, 2 of 4, pays for 2 of 4',
      'gems -1, 1 of 1, pays for 2 of 4',
    ]);
    expect(() => liveOn(state, [START, spendBoth('9.000000000001', 'REJECT')])).toThrow(InsufficientBalanceError);
  });

  test('are overdrawn in the last of which there ever was anything', () => {
    const { state: owing } = liveOn(state, [START, spendBoth('13', 'OVERDRAW')]);
    const remaining = ['messages', COINS, 'gems'].map((id) => formatDecimal(balanceIn(owing, id).remaining));
    expect(remaining).toEqual(['0', '0', '-2']);
    const { state: noGems } = live([START, coins('2'), spendBoth('5', 'OVERDRAW')]);
    expect(formatDecimal(balanceIn(noGems, COINS).remaining)).toBe('-3');
  });
});
