import { describe, expect, test } from 'vitest';
import { planTerms } from '../../src/catalog/plan-input.ts';
import { baseGroup, chargesOf, type PlanTerms, planKind } from '../../src/catalog/types.ts';
import { readInput } from '../../src/values/input.ts';

const USD_10 = { amount: '10', currency: 'usd' };
const FREE = { amount: '0', currency: 'usd' };
const PER_100 = { amount: USD_10, billingUnits: '100', method: 'PREPAID' };
const read = (plan: object): PlanTerms => readInput(planTerms, { name: 'Plan', items: [], ...plan });

describe('the kind of a plan', () => {
  const sold = { items: [{ featureId: 'messages', price: PER_100 }] };
  const given = { items: [{ featureId: 'messages', included: '10' }] };

  test.each<[string, object, string]>([
    ['what is marked so is an add-on', { ...sold, addOn: true }, 'ADD_ON'],
    ['what sells something once is a one-off', sold, 'ONE_OFF'],
    ['what has a price once is a one-off', { ...given, price: { amount: USD_10 } }, 'ONE_OFF'],
    [
      'what is sold at tiers of nothing is sold',
      { items: [{ featureId: 'messages', price: { amount: FREE, method: 'PREPAID', tiers: [{ amount: FREE }] } }] },
      'ONE_OFF',
    ],
    ['what costs nothing is a base plan', given, 'BASE'],
    ['a price of nothing is none', { ...given, price: { amount: { amount: '0', currency: 'usd' } } }, 'BASE'],
  ])('%s', (_, plan, kind) => {
    expect(planKind(read(plan))).toBe(kind);
  });

  test('only base plans exclude each other, in their group or in the default one', () => {
    expect(baseGroup(read(given))).toBe('');
    expect(baseGroup(read({ ...given, group: 'support' }))).toBe('support');
    expect(baseGroup(read({ ...sold, group: 'support' }))).toBeNull();
    expect(baseGroup(read({ ...given, addOn: true }))).toBeNull();
  });

  test('what it charges is its own price and those of its items', () => {
    expect(chargesOf(read({ ...sold, price: { amount: USD_10 } }))).toHaveLength(2);
    expect(chargesOf(read(given))).toEqual([]);
  });
});
