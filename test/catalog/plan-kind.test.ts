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
    ['ADD_ON where it is marked so', { ...sold, addOn: true }, 'ADD_ON'],
    ['ONE_OFF where an item is sold once', sold, 'ONE_OFF'],
    ['ONE_OFF where the plan itself has a price that is paid once', { ...given, price: { amount: USD_10 } }, 'ONE_OFF'],
    [
      'ONE_OFF where an item is sold at tiers of zero',
      { items: [{ featureId: 'messages', price: { amount: FREE, method: 'PREPAID', tiers: [{ amount: FREE }] } }] },
      'ONE_OFF',
    ],
    ['BASE where it has no price', given, 'BASE'],
    ['BASE where its price is zero', { ...given, price: { amount: { amount: '0', currency: 'usd' } } }, 'BASE'],
  ])('%s', (_, plan, kind) => {
    expect(planKind(read(plan))).toBe(kind);
  });

  test('only base plans have a group, which is the default one where none is named', () => {
    expect(baseGroup(read(given))).toBe('');
    expect(baseGroup(read({ ...given, group: 'support' }))).toBe('support');
    expect(baseGroup(read({ ...sold, group: 'support' }))).toBeNull();
    expect(baseGroup(read({ ...given, addOn: true }))).toBeNull();
  });

  test('what a plan charges is its own price and those of its items', () => {
    expect(chargesOf(read({ ...sold, price: { amount: USD_10 } }))).toHaveLength(2);
    expect(chargesOf(read(given))).toEqual([]);
  });
});
