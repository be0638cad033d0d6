import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ItemPrice, PriceTier, TierMode } from '../../../src/catalog/types.ts';
import { type TierPart, tierParts } from '../../../src/purchases/quote/tiers.ts';
import { type Decimal, decimal, formatDecimal, times, unitsCovering } from '../../../src/values/decimal.ts';

const usd = (amount: string) => ({ amount: decimal(amount), currency: 'usd' });
const tier = (upTo: string | null, amount: string, flatAmount?: string): PriceTier => ({
  upTo: upTo === null ? null : decimal(upTo),
  amount: usd(amount),
  flatAmount: flatAmount === undefined ? null : usd(flatAmount),
});
const price = (tierMode: TierMode, ...tiers: PriceTier[]) => ({ amount: usd('1'), tiers, tierMode });

/** "100 at 10 beyond 0, flat 5", for each part. */
const textOf = (parts: readonly TierPart[]) =>
  parts.map(({ beyond, quantity, amount, flatAmount }) => {
    const flat = flatAmount ? `, flat ${formatDecimal(flatAmount.amount)}` : '';
    return `${formatDecimal(quantity)} at ${formatDecimal(amount.amount)} beyond ${formatDecimal(beyond)}${flat}`;
  });

describe('a graduated price', () => {
  const graduated = price('GRADUATED', tier('500', '10', '5'), tier('1000', '8', '3'), tier(null, '6'));

  test.each<[string, string, string[]]>([
    ['nothing is charged for nothing, and no flat amount', '0', []],
    ['below the first end', '400', ['400 at 10 beyond 0, flat 5']],
    ['at the first end, which is inside', '500', ['500 at 10 beyond 0, flat 5']],
    ['a pack above the first end', '600', ['500 at 10 beyond 0, flat 5', '100 at 8 beyond 500, flat 3']],
    ['at the second end', '1000', ['500 at 10 beyond 0, flat 5', '500 at 8 beyond 500, flat 3']],
    ['in the last tier', '1100', ['500 at 10 beyond 0, flat 5', '500 at 8 beyond 500, flat 3', '100 at 6 beyond 1000']],
  ])('%s', (_, quantity, parts) => {
    expect(textOf(tierParts(graduated, decimal(quantity)))).toEqual(parts);
  });

  test('charges its own amount beyond a last tier that ends', () => {
    const ending = price('GRADUATED', tier('500', '10', '5'));
    expect(textOf(tierParts(ending, decimal('500')))).toEqual(['500 at 10 beyond 0, flat 5']);
    expect(textOf(tierParts(ending, decimal('700')))).toEqual(['500 at 10 beyond 0, flat 5', '200 at 1 beyond 500']);
  });
});

describe('a volume price', () => {
  const volume = price('VOLUME', tier('500', '10', '5'), tier('1000', '8', '3'), tier(null, '6'));

  test.each<[string, string, string[]]>([
    ['nothing is charged for nothing, and no flat amount', '0', []],
    ['below the first end', '400', ['400 at 10 beyond 0, flat 5']],
    ['at the first end, which is inside', '500', ['500 at 10 beyond 0, flat 5']],
    ['a pack above the first end: all of it at the next price', '600', ['600 at 8 beyond 500, flat 3']],
    ['at the second end', '1000', ['1000 at 8 beyond 500, flat 3']],
    ['in the last tier', '1100', ['1100 at 6 beyond 1000']],
  ])('%s', (_, quantity, parts) => {
    expect(textOf(tierParts(volume, decimal(quantity)))).toEqual(parts);
  });

  test('charges its own amount for quantities beyond a last tier that ends', () => {
    expect(textOf(tierParts(price('VOLUME', tier('500', '10', '5')), decimal('700')))).toEqual(['700 at 1 beyond 500']);
  });
});

test('a price without tiers is one part', () => {
  expect(textOf(tierParts({ amount: usd('10'), tiers: null, tierMode: null }, decimal('700')))).toEqual(['700 at 10 beyond 0']);
});

test('a tier may end at a fraction of a unit', () => {
  const fine = price('GRADUATED', tier('0.5', '1'), tier(null, '2'));
  expect(textOf(tierParts(fine, decimal('0.75')))).toEqual(['0.5 at 1 beyond 0', '0.25 at 2 beyond 0.5']);
});

describe('for random tiers', () => {
  const BILLING_UNITS = decimal('2.5');
  /** Ends, amounts and flat amounts, in packs and in yen; the last tier may have no end. */
  const tiered = (tierMode: TierMode) =>
    fc
      .record({
        steps: fc.array(
          fc.record({ packs: fc.bigInt(1n, 50n), amount: fc.nat(100), flat: fc.option(fc.nat(100), { freq: 2 }) }),
          { minLength: 1, maxLength: 6 },
        ),
        beyond: fc.nat(100),
        isEndless: fc.boolean(),
      })
      .map(({ steps, beyond, isEndless }): Pick<ItemPrice, 'amount' | 'tiers' | 'tierMode'> => {
        const yen = (amount: number) => ({ amount: decimal(amount), currency: 'jpy' });
        const tiers = steps.map(({ amount, flat }, index) => ({
          upTo: times(
            BILLING_UNITS,
            steps.slice(0, index + 1).reduce((sum, { packs }) => sum + packs, 0n),
          ),
          amount: yen(amount),
          flatAmount: flat === null ? null : yen(flat),
        }));
        const named = isEndless
          ? tiers.map((each, index) => (index === tiers.length - 1 ? { ...each, upTo: null } : each))
          : tiers;
        return { amount: yen(beyond), tiers: named, tierMode };
      });
  const bought = fc.bigInt(0n, 400n).map((packs) => times(BILLING_UNITS, packs));

  const costOf = (parts: readonly TierPart[]): Decimal =>
    parts.reduce(
      (sum, part) =>
        sum + times(part.amount.amount, unitsCovering(part.quantity, BILLING_UNITS)) + (part.flatAmount?.amount ?? 0n),
      0n,
    );

  test('graduated parts are whole packs, add up to what is bought, and follow each other', () => {
    fc.assert(
      fc.property(tiered('GRADUATED'), bought, (graduated, quantity) => {
        const parts = tierParts(graduated, quantity);
        expect(parts.reduce((sum, part) => sum + part.quantity, 0n)).toBe(quantity);
        let end = 0n;
        for (const part of parts) {
          expect(part.beyond).toBe(end);
          expect(part.quantity > 0n && part.quantity % BILLING_UNITS === 0n).toBe(true);
          end += part.quantity;
        }
      }),
    );
  });

  test('a graduated price never charges less for more', () => {
    fc.assert(
      fc.property(tiered('GRADUATED'), bought, bought, (graduated, one, other) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        expect(costOf(tierParts(graduated, less)) <= costOf(tierParts(graduated, more))).toBe(true);
      }),
    );
  });

  test('a volume price charges all units at the price and flat amount of the tier of the last unit', () => {
    fc.assert(
      fc.property(tiered('VOLUME'), bought, (volume, quantity) => {
        const holder = volume.tiers?.find(({ upTo }) => upTo === null || quantity <= upTo);
        const packs = unitsCovering(quantity, BILLING_UNITS);
        const flat = holder?.flatAmount?.amount ?? 0n;
        const expected = quantity === 0n ? 0n : times((holder ?? volume).amount.amount, packs) + flat;
        expect(costOf(tierParts(volume, quantity))).toBe(expected);
      }),
    );
  });
});
