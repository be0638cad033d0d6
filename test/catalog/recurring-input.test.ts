import { describe, expect, test } from 'vitest';
import { planTerms } from '../../src/catalog/plan-input.ts';
import { planKind, recursOf, renewedParts } from '../../src/catalog/types.ts';
import { readInput } from '../../src/values/input.ts';
import { issuesOf } from '../values/refusals.ts';

const USD_10 = { amount: '10', currency: 'usd' };
const MONTH = { unit: 'MONTH' };
const monthly = (facts: object = {}) => ({ amount: USD_10, interval: MONTH, ...facts });
const sold = (facts: object = {}) => ({ amount: USD_10, billingUnits: '100', method: 'PREPAID', ...facts });
const plan = (facts: object) => ({ name: 'Plan', items: [], ...facts });
const read = (facts: object) => readInput(planTerms, plan(facts));

describe('a plan with a recurring price', () => {
  test('lasts, so it is a base plan unless it is an add-on', () => {
    expect(planKind(read({ price: { amount: USD_10 } }))).toBe('ONE_OFF');
    expect(planKind(read({ price: monthly() }))).toBe('BASE');
    expect(planKind(read({ items: [{ featureId: 'words', price: sold({ interval: MONTH }) }] }))).toBe('BASE');
    expect(planKind(read({ addOn: true, price: monthly() }))).toBe('ADD_ON');
  });

  test('recurs at the interval of the first of them', () => {
    expect(recursOf(read({ price: { amount: USD_10 } }))).toBeNull();
    expect(recursOf(read({ price: monthly() }))).toEqual({ unit: 'MONTH', count: 1 });
    const quarterly = { unit: 'QUARTER' };
    const items = [{ featureId: 'words', price: sold({ interval: quarterly }) }];
    expect(recursOf(read({ price: { amount: USD_10 }, items }))).toEqual({ unit: 'QUARTER', count: 1 });
  });

  test('gives anew what it includes, and what is bought of an item whose own price recurs', () => {
    const once = { featureId: 'words', included: '100', price: sold() };
    const recurring = { featureId: 'images', included: '100', price: sold({ interval: MONTH }) };
    const both = read({ price: monthly(), items: [once, recurring] });
    expect(both.items.map((item) => renewedParts(both, item))).toEqual([
      { included: true, bought: false },
      { included: true, bought: true },
    ]);
    const free = read({ items: [once, recurring] });
    expect(free.items.map((item) => renewedParts(free, item))).toEqual([
      { included: false, bought: false },
      { included: false, bought: true },
    ]);
  });

  test('may say one length in several ways', () => {
    const items = [{ featureId: 'words', price: sold({ interval: { unit: 'MONTH', count: 3 } }) }];
    expect(issuesOf(planTerms, plan({ price: monthly({ interval: { unit: 'QUARTER' } }), items }))).toEqual([]);
  });

  test('may carry over what is left of a period, with or without a reset of its own', () => {
    const rollover = { max: '50' };
    const included = { featureId: 'words', included: '100', rollover };
    const bought = { featureId: 'words', price: sold({ interval: MONTH }), rollover };
    expect(issuesOf(planTerms, plan({ price: monthly(), items: [included] }))).toEqual([]);
    expect(issuesOf(planTerms, plan({ price: monthly(), items: [{ ...included, reset: { unit: 'WEEK' } }] }))).toEqual([]);
    expect(issuesOf(planTerms, plan({ items: [bought] }))).toEqual([]);
  });
});

describe('a plan whose recurring prices do not fit is refused, with the path', () => {
  const priced = Array.from({ length: 21 }, (_, index) => ({ featureId: `f${index}`, price: sold() }));
  test.each<[string, object, readonly string[]]>([
    ['a price with autoEnable', { autoEnable: true, price: monthly() }, ['autoEnable', 'price.interval']],
    [
      'an item with autoEnable',
      { autoEnable: true, items: [{ featureId: 'words', price: sold({ interval: MONTH }) }] },
      ['autoEnable', 'items.0.price.interval'],
    ],
    [
      'two lengths',
      {
        price: monthly(),
        items: [
          { featureId: 'words', price: sold({ interval: { unit: 'YEAR' } }) },
          { featureId: 'images', price: sold({ interval: { unit: 'DAY', count: 30 } }) },
        ],
      },
      ['items.0.price.interval', 'items.1.price.interval'],
    ],
    ['nothing, again and again', { price: { amount: { amount: '0', currency: 'usd' }, interval: MONTH } }, ['price.interval']],
    [
      'a reset that never comes',
      { price: monthly(), items: [{ featureId: 'words', included: '100', reset: { unit: 'YEAR' } }] },
      ['items.0.reset'],
    ],
    [
      'carrying over what is given once',
      { price: { amount: USD_10 }, items: [{ featureId: 'words', included: '100', rollover: {} }] },
      ['items.0.rollover'],
    ],
    ['21 recurring prices', { items: priced.map((item) => ({ ...item, price: sold({ interval: MONTH }) })) }, ['items']],
    ['a grace without a renewal', { price: { amount: USD_10 }, gracePeriod: { unit: 'WEEK' } }, ['gracePeriod']],
    ['21 other prices beside a recurring one', { price: monthly(), items: priced }, ['items']],
  ])('%s', (_name, facts, paths) => {
    expect(issuesOf(planTerms, plan(facts)).map(({ path }) => path.join('.'))).toEqual(paths);
  });

  test('of two lengths the first is named', () => {
    const items = [{ featureId: 'words', price: sold({ interval: { unit: 'YEAR' } }) }];
    expect(issuesOf(planTerms, plan({ price: monthly(), items }))).toMatchObject([
      {
        path: ['items', '0', 'price', 'interval'],
        message: 'must be a month, as price.interval is: all recurring prices of a plan are paid together',
      },
    ]);
  });
});
