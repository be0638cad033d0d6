import { describe, expect, test } from 'vitest';
import type { ItemPrice } from '../../../src/catalog/types.ts';
import { chargeFor, fewestUnits, greatestCharge } from '../../../src/purchases/quote/charge.ts';
import { problemsWithCharges } from '../../../src/purchases/quote/sellable.ts';
import { stripeChargeRules } from '../../../src/stripe/wire/charge-rules.ts';
import { stripeIntervalRule } from '../../../src/stripe/wire/recurring.ts';
import { decimal, formatDecimal } from '../../../src/values/decimal.ts';
import { costing, per, planOf } from '../plans.ts';

const priceOf = (...item: Parameters<typeof per>): ItemPrice => {
  const price = planOf({ words: per(...item) }).items[0]?.price;
  if (!price) throw new Error('it has no price');
  return price;
};
const usd = (amount: string) => ({ amount, currency: 'usd' });
const CHEAPER_BY_VOLUME = {
  tierMode: 'VOLUME',
  tiers: [{ upTo: '30', amount: usd('0.1') }, { upTo: '100', amount: usd('0.02') }, { amount: usd('0.01') }],
};

describe('the fewest units that are enough', () => {
  test.each<[string, ItemPrice, from: bigint, least: string, bigint | undefined]>([
    ['are the wanted number, where that is enough', priceOf('10', '100'), 3n, '0.5', 3n],
    ['are more than the wanted number, where that is not enough', priceOf('0.1', '1'), 2n, '0.5', 5n],
    ['may be the most that can be bought', priceOf('0.1', '1', { maxPurchase: '5' }), 1n, '0.5', 5n],
    [
      'do not exist where the most that can be bought is not enough',
      priceOf('0.1', '1', { maxPurchase: '4' }),
      1n,
      '0.5',
      undefined,
    ],
    ['do not exist where more is wanted than can be bought', priceOf('1', '1', { maxPurchase: '4' }), 5n, '0.5', undefined],
    ['may be in a later tier, where more costs less', priceOf('1', '1', CHEAPER_BY_VOLUME), 31n, '1', 50n],
    ['may be before a tier that costs less', priceOf('1', '1', CHEAPER_BY_VOLUME), 3n, '2.5', 25n],
    ['may be in the last tier', priceOf('0.01', '1', CHEAPER_BY_VOLUME), 31n, '9999.99', 999_999n],
  ])('%s', (_name, price, from, least, units) => {
    expect(fewestUnits(price, from, (charge) => charge >= decimal(least))).toBe(units);
    for (let fewer = from; units !== undefined && fewer < units && fewer < from + 200n; fewer += 1n)
      expect(chargeFor(price, fewer) < decimal(least)).toBe(true);
  });

  test('the greatest charge may be that of fewer units than can be bought', () => {
    expect(formatDecimal(greatestCharge(priceOf('0', '1', { ...CHEAPER_BY_VOLUME, maxPurchase: '40' })))).toBe('3');
  });
});

describe('a plan whose prices cannot be paid', () => {
  const problems = (...plan: Parameters<typeof planOf>) =>
    problemsWithCharges(planOf(...plan), stripeChargeRules, stripeIntervalRule).map(({ path }) => path.join('.'));

  test.each<[string, Parameters<typeof planOf>, readonly string[]]>([
    ['no problem: the plan has no price', [{ words: { included: '5' } }], []],
    ['no problem: the price is zero', [{ words: { included: '5' } }, costing('0')], []],
    ['no problem: more packs come to enough', [{ words: per('0.01', '1') }], []],
    ['no problem: the base price makes it enough', [{ words: per('0.01', '1', { maxPurchase: '1' }) }, costing('0.49')], []],
    ['no problem: the first tier is free', [{ words: per('1', '1', { tiers: [{ upTo: '5', amount: usd('0') }] }) }], []],
    [
      'too little together with the base price',
      [{ words: per('0.1', '1', { maxPurchase: '2' }) }, costing('0.2')],
      ['items.0.price.amount.amount'],
    ],
    ['a base price that is too small', [{ words: { included: '5' } }, costing('0.3')], ['price.amount.amount']],
    [
      'no problem: each renewal comes to enough',
      [{ words: per('0.05', '1', { interval: { unit: 'MONTH' } }) }, costing('5')],
      [],
    ],
    [
      'renewals that are too small, beside a price paid once that is enough',
      [{ words: per('0.05', '1', { interval: { unit: 'MONTH' }, maxPurchase: '9' }) }, costing('5')],
      ['items.0.price.amount.amount'],
    ],
    [
      'a recurring price of which a tier costs nothing',
      [{ words: per('1', '1', { interval: { unit: 'MONTH' }, tiers: [{ upTo: '5', amount: usd('0') }] }) }],
      ['items.0.price.amount.amount'],
    ],
    [
      'two prices that are too large',
      [{ words: per('10000000000', '1'), more: per('10000000000', '1') }],
      ['items.0.price.amount.amount', 'items.1.price.amount.amount'],
    ],
  ])('%s', (_name, plan, paths) => {
    expect(problems(...plan)).toEqual(paths);
  });

  test('a currency that the provider does not accept', () => {
    expect(problemsWithCharges(planOf({ words: per('1', '1') }), () => undefined, stripeIntervalRule)).toMatchObject([
      { path: ['items', '0', 'price', 'amount', 'currency'], message: 'the payment provider does not charge usd' },
    ]);
  });
});
