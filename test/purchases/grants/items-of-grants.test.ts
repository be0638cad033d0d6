import { expect, test } from 'vitest';
import { grantsByItem } from '../../../src/purchases/grants/items-of-grants.ts';
import { planOf } from '../plans.ts';

const MONTH = { unit: 'MONTH', count: 1 } as const;
const [item] = planOf({ words: { included: '1', reset: MONTH } }).items;
if (!item) throw new Error('the plan has no item');
const expiring = (days: number) => ({ ...item, expiresAfter: { unit: 'DAY', count: days } as const });
const grants = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `grant ${index}`, featureId: 'words', reset: MONTH }));

test.each([
  ['one each', [expiring(40), item], 2, ['grant 0', 'grant 1']],
  ['the first has expired', [expiring(40), item], 1, [undefined, 'grant 0']],
  ['the last has expired', [item, expiring(40)], 1, ['grant 0', undefined]],
  ['the sooner has expired', [expiring(90), item, expiring(40)], 2, ['grant 0', 'grant 1', undefined]],
  ['both have expired', [expiring(90), item, expiring(40)], 1, [undefined, 'grant 0', undefined]],
  ['none is left', [item], 0, [undefined]],
])('an item has its grant: %s', (_name, items, count, expected) => {
  const found = grantsByItem(items, grants(count));
  expect(items.map((_item, index) => found.get(`words\n1 MONTH\n${index}`)?.name)).toEqual(expected);
});
