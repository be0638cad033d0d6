import { describe, expect, test } from 'vitest';
import { carryItem } from '../../../src/purchases/grants/carry-over.ts';
import type { TenureItem } from '../../../src/purchases/grants/tenure.ts';
import { decimal } from '../../../src/values/decimal.ts';
import { planOf } from '../plans.ts';

const [MONTHLY] = planOf({ words: { included: '100', reset: { unit: 'MONTH' } } }).items;
const [ONCE] = planOf({ words: { included: '100', expiresAfter: { unit: 'DAY', count: 30 } } }).items;
if (!MONTHLY || !ONCE) throw new Error('a plan has no item');

const itemUntil = (until: string, used = '80'): TenureItem => ({
  anchor: new Date('2026-01-31T00:00:00.000Z'),
  until: new Date(until),
  used: decimal(used),
  rolledOver: [],
});

describe('carryItem', () => {
  test.each([
    ['taken again in the period in which it was left', '2026-02-10T00:00:00.000Z', '2026-02-27T23:59:59.999Z', '80'],
    ['taken again at the boundary that ends the period', '2026-02-10T00:00:00.000Z', '2026-02-28T00:00:00.000Z', '0'],
    ['left at the boundary that began the period', '2026-02-28T00:00:00.000Z', '2026-03-30T00:00:00.000Z', '80'],
    ['expired with its period', '2026-02-27T23:59:59.999Z', '2026-02-28T00:00:00.000Z', '0'],
    ['taken again years later', '2026-02-10T00:00:00.000Z', '2029-02-10T00:00:00.000Z', '0'],
  ])('carries over what was used of a period: %s', (_, until, at, used) => {
    const back = carryItem(MONTHLY, itemUntil(until), new Date(at));
    expect(back).toMatchObject({ anchor: new Date('2026-01-31T00:00:00.000Z'), used: decimal(used), expiresAt: null });
  });

  test('keeps the use of an item that never resets, up to what it includes now', () => {
    const back = carryItem(
      { ...ONCE, included: decimal('50') },
      itemUntil('2026-02-01T00:00:00.000Z'),
      new Date('2026-02-02T00:00:00.000Z'),
    );
    expect(back).toMatchObject({ used: decimal('50'), expiresAt: new Date('2026-03-02T00:00:00.000Z') });
  });

  test('carries over what was rolled over, if some of it is left and has not expired', () => {
    const at = new Date('2026-03-01T00:00:00.000Z');
    const rolled = (number: string, left: string, expiresAt: Date | null) => ({ number, left: decimal(left), expiresAt });
    const all = [
      rolled('1', '3', null),
      rolled('2', '0', null),
      rolled('3', '4', at),
      rolled('4', '5', new Date(at.getTime() + 1)),
    ];
    const back = carryItem(MONTHLY, { ...itemUntil('2026-02-28T00:00:00.000Z'), rolledOver: all }, at);
    expect(back.rolledOver.map(({ number }) => number)).toEqual(['1', '4']);
  });
});
