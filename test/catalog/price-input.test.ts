import { describe, expect, test } from 'vitest';
import { planTerms } from '../../src/catalog/plan-input.ts';
import { decimal } from '../../src/values/decimal.ts';
import { readInput } from '../../src/values/input.ts';
import { issuesOf } from '../values/refusals.ts';

const USD_10 = { amount: '10', currency: 'usd' };
const PER_100 = { amount: USD_10, billingUnits: '100', method: 'PREPAID' };

/** A plan that sells the feature `messages` at this price. */
const sold = (price: object) => ({ name: 'Plan', items: [{ featureId: 'messages', price }] });
const tiered = (tiers: object[], facts: object = {}) => sold({ ...PER_100, tiers, ...facts });
const first = { upTo: '500', amount: USD_10 };
const last = { amount: USD_10 };
const eur = { amount: '1', currency: 'eur' };

test('tiers are read as GRADUATED, without a flat amount and with an open last tier, where nothing else is named', () => {
  const [item] = readInput(planTerms, tiered([first, last])).items;
  const amount = { amount: decimal('10'), currency: 'usd' };
  expect(item?.price).toMatchObject({
    tierMode: 'GRADUATED',
    tiers: [
      { upTo: decimal('500'), amount, flatAmount: null },
      { upTo: null, amount, flatAmount: null },
    ],
  });
});

describe('invalid tiers are refused, with the path and what would be valid', () => {
  test.each<[string, object, string, string]>([
    [
      'no tiers at all',
      tiered([]),
      'items.0.price.tiers',
      'must be 1 at least: leave it out where every billing unit costs the same',
    ],
    [
      '101 tiers',
      tiered(
        Array.from({ length: 101 }, (_, index) => ({ upTo: String(100 * (index + 1)), amount: USD_10 })),
        { tierMode: 'VOLUME' },
      ),
      'items.0.price.tiers',
      'must be at most 100',
    ],
    [
      'a mode without tiers',
      sold({ ...PER_100, tierMode: 'VOLUME' }),
      'items.0.price.tierMode',
      'is only for a price with tiers: leave it out, or name the tiers',
    ],
    ['a tier that ends at nothing', tiered([{ ...first, upTo: '0' }]), 'items.0.price.tiers.0.upTo', 'must be above zero'],
    [
      'a tier that ends within a pack',
      tiered([{ ...first, upTo: '550' }, last]),
      'items.0.price.tiers.0.upTo',
      'must be a whole multiple of billingUnits',
    ],
    [
      'a tier that ends where the one before does',
      tiered([first, first, last]),
      'items.0.price.tiers.1.upTo',
      'must be above that of the tier before',
    ],
    [
      'a tier that ends before the one before it',
      tiered([first, { ...first, upTo: '400' }]),
      'items.0.price.tiers.1.upTo',
      'must be above that of the tier before',
    ],
    [
      'a tier without an end before another',
      tiered([last, first]),
      'items.0.price.tiers.0.upTo',
      'must be given: only the last tier can be without an end',
    ],
    [
      'a tier in another currency',
      tiered([first, { amount: eur }]),
      'items.0.price.tiers.1.amount.currency',
      'must be the currency of the price, usd',
    ],
    [
      'a flat amount in another currency',
      tiered([{ ...first, flatAmount: eur }]),
      'items.0.price.tiers.0.flatAmount.currency',
      'must be the currency of the price, usd',
    ],
    [
      'a tier of half a cent',
      tiered([{ ...first, amount: { amount: '0.005', currency: 'usd' } }]),
      'items.0.price.tiers.0.amount.amount',
      'has more decimal places than usd has (2)',
    ],
    [
      'a flat amount below zero',
      tiered([{ ...first, flatAmount: { amount: '-1', currency: 'usd' } }]),
      'items.0.price.tiers.0.flatAmount.amount',
      'must not be negative',
    ],
    [
      'a plan that attaches itself and has tiers of nothing',
      { ...tiered([{ amount: { amount: '0', currency: 'usd' } }]), autoEnable: true },
      'autoEnable',
      'is only for a plan that costs nothing: leave out its prices',
    ],
    [
      'more prices than a payment page shows',
      tiered(Array.from({ length: 100 }, (_, index) => ({ upTo: String(100 * (index + 1)), amount: USD_10 }))),
      'items',
      'must have at most 100 prices, tiers and flat amounts together: a payment page shows no more',
    ],
  ])('%s', (_, plan, path, message) => {
    expect(issuesOf(planTerms, plan)).toMatchObject([{ path: path.split('.'), message }]);
  });
});
