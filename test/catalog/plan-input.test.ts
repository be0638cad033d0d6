import { describe, expect, test } from 'vitest';
import { planTerms } from '../../src/catalog/plan-input.ts';
import type { PlanTerms } from '../../src/catalog/types.ts';
import { decimal } from '../../src/values/decimal.ts';
import { readInput } from '../../src/values/input.ts';
import { issuesOf } from '../values/refusals.ts';

const USD_10 = { amount: '10', currency: 'usd' };
const PER_100 = { amount: USD_10, billingUnits: '100', method: 'PREPAID' };
const read = (plan: object): PlanTerms => readInput(planTerms, { name: 'Plan', items: [], ...plan });

/** A plan with one item, of the feature `messages`. */
const item = (facts: object) => ({ name: 'Plan', items: [{ featureId: 'messages', ...facts }] });

/** A plan that includes 10 each month, with this rollover. */
const carrying = (rollover: object) => item({ included: '10', reset: { unit: 'MONTH' }, rollover });

describe('what a plan leaves out', () => {
  test('is read as zero, none and never', () => {
    expect(readInput(planTerms, item({ included: '10' }))).toEqual({
      name: 'Plan',
      description: null,
      metadata: {},
      group: null,
      addOn: false,
      autoEnable: false,
      onPaymentReturned: 'DEBT',
      gracePeriod: null,
      price: null,
      items: [
        {
          featureId: 'messages',
          included: decimal('10'),
          unlimited: false,
          reset: null,
          rollover: null,
          price: null,
          usageLimit: null,
          expiresAfter: null,
        },
      ],
    });
  });

  test('is read as billing units of 1 and purchases without a limit', () => {
    const [first] = readInput(planTerms, item({ price: { amount: USD_10, method: 'PREPAID' } })).items;
    expect(first?.price).toEqual({
      amount: { amount: decimal('10'), currency: 'usd' },
      billingUnits: decimal('1'),
      method: 'PREPAID',
      interval: null,
      maxPurchase: null,
      tiers: null,
      tierMode: null,
    });
  });

  test('is read as a rollover without a maximum and without an expiry', () => {
    const [first] = readInput(planTerms, carrying({})).items;
    expect(first?.rollover).toEqual({ max: null, maxPercentage: null, expiresAfter: null });
  });

  test('may be null, too', () => {
    const nulls = {
      description: null,
      group: null,
      addOn: null,
      autoEnable: null,
      onPaymentReturned: null,
      gracePeriod: null,
      price: null,
    };
    expect(read(nulls)).toEqual(read({}));
  });
});

describe('an invalid plan is refused, with the path and what would be valid', () => {
  test.each<[string, object, string, string]>([
    [
      'included units that are no whole packs',
      item({ included: '50', price: PER_100 }),
      'items.0.included',
      'must be a whole multiple of price.billingUnits',
    ],
    [
      'an amount that is unlimited too',
      item({ included: '10', unlimited: true }),
      'items.0.included',
      'must be left out where the item is unlimited',
    ],
    [
      'a price for what is unlimited',
      item({ unlimited: true, price: PER_100 }),
      'items.0.price',
      'must be left out where the item is unlimited',
    ],
    ['a negative amount', item({ included: '-1' }), 'items.0.included', 'must not be negative'],
    ['27 digits', item({ included: '9'.repeat(27) }), 'items.0.included', 'must have at most 26 digits before the point'],
    [
      '13 places',
      item({ included: '0.0000000000001' }),
      'items.0.included',
      'must have at most 12 decimal places: "0.000000000001" would be taken',
    ],
    ['packs of nothing', item({ price: { ...PER_100, billingUnits: '0' } }), 'items.0.price.billingUnits', 'must be above zero'],
    ['at most nothing', item({ price: { ...PER_100, maxPurchase: '0' } }), 'items.0.price.maxPurchase', 'must be above zero'],
    [
      'a price of half a yen',
      item({ price: { ...PER_100, amount: { amount: '0.5', currency: 'jpy' } } }),
      'items.0.price.amount.amount',
      'has more decimal places than jpy has (0)',
    ],
    [
      'a currency that is none',
      item({ price: { ...PER_100, amount: { amount: '1', currency: 'gold' } } }),
      'items.0.price.amount.currency',
      '"gold" is no currency: use an ISO 4217 code such as "usd"',
    ],
    [
      'a price below zero',
      { ...item({}), price: { amount: { amount: '-1', currency: 'usd' } } },
      'price.amount.amount',
      'must not be negative',
    ],
    [
      'a price by use',
      item({ price: { ...PER_100, method: 'USAGE_BASED' } }),
      'items.0.price.method',
      'usage-based prices are not supported yet: use PREPAID',
    ],
    [
      'carrying over what never resets',
      item({ included: '10', rollover: {} }),
      'items.0.rollover',
      'must be left out where the item has no reset: only what resets can be carried over',
    ],
    [
      'carrying over what is unlimited',
      item({ unlimited: true, reset: { unit: 'MONTH' }, rollover: {} }),
      'items.0.rollover',
      'must be left out where the item is unlimited: of that nothing is left over',
    ],
    [
      'carrying over where nothing is included',
      item({ reset: { unit: 'MONTH' }, price: PER_100, rollover: {} }),
      'items.0.rollover',
      'must be left out where nothing is included: what is bought does not reset, and stays',
    ],
    ['carrying over at most nothing', carrying({ max: '0' }), 'items.0.rollover.max', 'must be above zero'],
    ['carrying over 0 %', carrying({ maxPercentage: 0 }), 'items.0.rollover.maxPercentage', 'must be 1 to 100'],
    ['carrying over 101 %', carrying({ maxPercentage: 101 }), 'items.0.rollover.maxPercentage', 'must be 1 to 100'],
    [
      'carrying over for no time',
      carrying({ expiresAfter: { unit: 'DAY', count: 0 } }),
      'items.0.rollover.expiresAfter.count',
      'must be 1 to 1000',
    ],
    ['an interval of nothing', item({ reset: { unit: 'DAY', count: 0 } }), 'items.0.reset.count', 'must be 1 to 1000'],
    [
      'an endless interval',
      item({ expiresAfter: { unit: 'YEAR', count: 1_001 } }),
      'items.0.expiresAfter.count',
      'must be 1 to 1000',
    ],
    [
      'a plan that attaches itself and costs something',
      { ...item({}), autoEnable: true, price: { amount: USD_10 } },
      'autoEnable',
      'is only for a plan that costs nothing: leave out its prices',
    ],
    [
      'a plan that attaches itself and sells something',
      { ...item({ price: PER_100 }), autoEnable: true },
      'autoEnable',
      'is only for a plan that costs nothing: leave out its prices',
    ],
    [
      'two prices of one feature',
      {
        name: 'Plan',
        items: [
          { featureId: 'messages', price: PER_100 },
          { featureId: 'messages', price: PER_100 },
        ],
      },
      'items.1.price',
      'a feature can have one priced item in a plan',
    ],
    [
      'two currencies',
      { ...item({ price: PER_100 }), price: { amount: { amount: '10', currency: 'eur' } } },
      'items',
      'all prices of a plan must be in one currency, here eur',
    ],
    [
      '101 items',
      { name: 'Plan', items: Array.from({ length: 101 }, (_, index) => ({ featureId: `f${index}` })) },
      'items',
      'must be at most 100',
    ],
    ['no name', { name: ' ', items: [] }, 'name', 'must not be empty'],
    ['a name of 201 characters', { name: 'x'.repeat(201), items: [] }, 'name', 'must have at most 200 characters'],
    [
      'a description with NUL',
      { ...item({}), description: '\u0000' },
      'description',
      'must not contain NUL characters or broken Unicode',
    ],
    [
      'a group that is no id',
      { ...item({}), group: 'two words' },
      'group',
      'must be 1 to 200 visible characters, without spaces or control characters',
    ],
    [
      'a feature that is no id',
      { name: 'Plan', items: [{ featureId: '' }] },
      'items.0.featureId',
      'must be 1 to 200 visible characters, without spaces or control characters',
    ],
  ])('%s', (_, plan, path, message) => {
    expect(issuesOf(planTerms, plan)).toContainEqual({ path: path.split('.'), message, code: expect.any(String) });
    expect(issuesOf(planTerms, plan)).toHaveLength(1);
  });

  test('with all of its problems at once', () => {
    const plan = { ...item({ included: '50', price: PER_100 }), price: { amount: { amount: '0.001', currency: 'usd' } } };
    expect(issuesOf(planTerms, plan).map(({ path }) => path.join('.'))).toEqual(['price.amount.amount', 'items.0.included']);
  });
});

describe('a feature may have two items in a plan', () => {
  test('one that includes it, and one that sells it', () => {
    const items = [
      { featureId: 'messages', included: '10', reset: { unit: 'MONTH' } },
      { featureId: 'messages', price: PER_100 },
    ];
    expect(read({ items }).items).toHaveLength(2);
  });

  test('prices of two features are two prices, in one currency', () => {
    const items = [
      { featureId: 'messages', price: PER_100 },
      { featureId: 'stickers', price: { ...PER_100, amount: { amount: '1', currency: 'USD' } } },
    ];
    expect(read({ items }).items).toHaveLength(2);
  });
});
