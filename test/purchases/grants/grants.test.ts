import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../src/catalog/types.ts';
import type { CarriedItem } from '../../../src/purchases/grants/carry-over.ts';
import { grantsOf } from '../../../src/purchases/grants/grants.ts';
import { quote } from '../../../src/purchases/quote/quote.ts';
import { decimal } from '../../../src/values/decimal.ts';
import type { Ids } from '../../../src/values/ids.ts';
import { per, planOf } from '../plans.ts';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const countingIds = (): Ids => {
  let count = 0;
  return { next: (noun) => `${noun}-${++count}` };
};

/** The postings of a purchase of these quantities, as an attach would record it. */
function grantsFor(plan: Plan, wanted: Record<string, string> = {}) {
  const list = Object.entries(wanted).map(([featureId, quantity]) => ({ featureId, quantity: decimal(quantity) }));
  const { quantities } = quote(plan, list, (id) => id);
  return grantsOf(plan, { id: 'purchase-1', quantities }, NOW, countingIds()).map((posting) => {
    if (posting.verb !== 'grant') throw new Error(`a purchase posted a ${posting.verb}`);
    return posting.grant;
  });
}

describe('the grants of a purchase', () => {
  test('give what was bought, with the purchase as origin, without reset and expiry', () => {
    expect(grantsFor(planOf({ messages: per('10', '100') }), { messages: '150' })).toEqual([
      {
        id: 'grant-1',
        featureId: 'messages',
        origin: 'BOUGHT',
        purchaseId: 'purchase-1',
        amount: decimal('200'),
        unlimited: false,
        reset: null,
        rollover: null,
        expiresAt: null,
      },
    ]);
  });

  test('are two for included and bought units, of which only the included one resets', () => {
    const plan = planOf({ messages: { included: '100', reset: { unit: 'MONTH' }, ...per('10', '100') } });
    expect(grantsFor(plan, { messages: '300' })).toMatchObject([
      {
        id: 'grant-1',
        origin: 'INCLUDED',
        amount: decimal('100'),
        reset: { unit: 'MONTH', count: 1 },
        rollover: null,
      },
      { id: 'grant-2', origin: 'BOUGHT', amount: decimal('200'), reset: null, rollover: null },
    ]);
  });

  test('expire when the item says, included and bought ones', () => {
    const plan = planOf({ messages: { included: '100', expiresAfter: { unit: 'DAY', count: 30 }, ...per('10', '100') } });
    const expiresAfter = { unit: 'DAY', count: 30 };
    expect(grantsFor(plan, { messages: '200' })).toMatchObject([{ expiresAfter }, { expiresAfter }]);
  });

  test('give only what is included where nothing was bought', () => {
    const plan = planOf({ messages: { included: '100', ...per('10', '100') } });
    expect(grantsFor(plan)).toMatchObject([{ origin: 'INCLUDED', amount: decimal('100') }]);
  });

  test('are unlimited where the item is, with an amount of zero', () => {
    expect(grantsFor(planOf({ messages: { unlimited: true, reset: { unit: 'DAY' } } }))).toMatchObject([
      { origin: 'INCLUDED', amount: 0n, unlimited: true, reset: { unit: 'DAY', count: 1 } },
    ]);
  });

  test('are none where a plan that only sells sold nothing, or an item only names a feature', () => {
    expect(grantsFor(planOf({ messages: per('10', '100'), premium: {} }), { messages: '0' })).toEqual([]);
  });

  test('belong to the feature of their item', () => {
    const plan = planOf({ messages: per('10', '100'), stickers: { included: '5', ...per('1', '5') } });
    expect(grantsFor(plan, { stickers: '10' }).map(({ featureId, origin, amount }) => [featureId, origin, amount])).toEqual([
      ['stickers', 'INCLUDED', decimal('5')],
      ['stickers', 'BOUGHT', decimal('5')],
    ]);
  });

  test('give bought units once, where one item includes the feature and another sells it', () => {
    const items = [
      { featureId: 'messages', included: '10' },
      { featureId: 'messages', ...per('10', '100') },
    ];
    const granted = grantsFor(planOf({}, { items }), { messages: '100' });
    expect(granted.map(({ origin, amount }) => [origin, amount])).toEqual([
      ['INCLUDED', decimal('10')],
      ['BOUGHT', decimal('100')],
    ]);
  });
});

describe('the grants of a plan that the customer had before', () => {
  const anchor = new Date('2026-01-10T12:00:00.000Z');
  const usedUntil = new Date('2026-02-10T12:00:00.000Z');
  const carried: CarriedItem = { anchor, used: decimal('40'), usedUntil, expiresAt: null, rolledOver: [] };
  const postingsOf = (plan: Plan, before: Partial<CarriedItem>) => {
    const { quantities } = quote(plan, [], (id) => id);
    const items = new Map([[0, { ...carried, ...before }]]);
    return grantsOf(plan, { id: 'purchase-1', quantities }, NOW, countingIds(), { items });
  };
  const monthly = planOf({ messages: { included: '100', reset: { unit: 'MONTH' } } });

  test('go on from their anchor, with what was used of the period, and their reason says so', () => {
    expect(postingsOf(monthly, {})).toMatchObject([
      {
        grant: { amount: decimal('100'), continues: { anchor, used: decimal('40'), usedUntil } },
        reason: '40 of it was used before',
      },
    ]);
  });

  test('include what was rolled over, with ids that continue the id of the grant', () => {
    const rolledOver = [{ number: '3', left: decimal('5'), expiresAt: usedUntil }];
    expect(
      postingsOf(monthly, { rolledOver }).map(({ grant }) => [grant.id, grant.origin, grant.amount, grant.expiresAt]),
    ).toEqual([
      ['grant-1', 'INCLUDED', decimal('100'), null],
      ['grant-1.3', 'ROLLED_OVER', decimal('5'), usedUntil],
    ]);
  });

  test('are none where the purchase only buys more, or the item has expired', () => {
    const sells = planOf({ messages: { included: '100', reset: { unit: 'MONTH' }, ...per('10', '100') } });
    const quantities = [{ featureId: 'messages', included: 0n, bought: decimal('200') }];
    const more = grantsOf(sells, { id: 'purchase-1', quantities, onlyBought: true }, NOW, countingIds());
    expect(more.map(({ grant }) => [grant.origin, grant.amount])).toEqual([['BOUGHT', decimal('200')]]);
    const once = planOf({ messages: { included: '100', expiresAfter: { unit: 'DAY', count: 5 } } });
    expect(postingsOf(once, { expiresAt: new Date('2026-01-15T12:00:00.000Z') })).toEqual([]);
  });
});
