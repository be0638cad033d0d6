import { describe, expect, test } from 'vitest';
import { carryItem } from '../../src/purchases/grants/carry-over.ts';
import type { TenureItem } from '../../src/purchases/grants/tenure.ts';
import { decimal } from '../../src/values/decimal.ts';
import { planOf } from './plans.ts';

const [MONTHLY] = planOf({ words: { included: '100', reset: { unit: 'MONTH' } } }).items;
const [ONCE] = planOf({ words: { included: '100', expiresAfter: { unit: 'DAY', count: 30 } } }).items;
if (!MONTHLY || !ONCE) throw new Error('a plan has no item');

const itemUntil = (until: string, used = '80'): TenureItem => ({
  anchor: new Date('2026-01-31T00:00:00.000Z'),
  until: new Date(until),
  used: decimal(used),
  rolledOver: [],
});

describe('what comes back of an item', () => {
  test.each([
    ['in the period in which it was left', '2026-02-10T00:00:00.000Z', '2026-02-27T23:59:59.999Z', '80'],
    ['at the boundary that ends it', '2026-02-10T00:00:00.000Z', '2026-02-28T00:00:00.000Z', '0'],
    ['in the period that began as it was left', '2026-02-28T00:00:00.000Z', '2026-03-30T00:00:00.000Z', '80'],
    ['as it expired with its period', '2026-02-27T23:59:59.999Z', '2026-02-28T00:00:00.000Z', '0'],
    ['years later', '2026-02-10T00:00:00.000Z', '2029-02-10T00:00:00.000Z', '0'],
  ])('%s: what was used of the period', (_, until, at, used) => {
    const back = carryItem(MONTHLY, itemUntil(until), new Date(at));
    expect(back).toMatchObject({ anchor: new Date('2026-01-31T00:00:00.000Z'), used: decimal(used), expiresAt: null });
  });

  test('what never resets stays used for good, and no more than there is', () => {
    const back = carryItem(
      { ...ONCE, included: decimal('50') },
      itemUntil('2026-02-01T00:00:00.000Z'),
      new Date('2026-02-02T00:00:00.000Z'),
    );
    expect(back).toMatchObject({ used: decimal('50'), expiresAt: new Date('2026-03-02T00:00:00.000Z') });
  });

  test('what was rolled over comes back where something is left of it, and its time is not over', () => {
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
