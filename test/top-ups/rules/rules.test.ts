import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../src/ledger/model/types.ts';
import { afterDecline } from '../../../src/top-ups/rules/after-decline.ts';
import { blockOf, startOfDay, startOfMonth } from '../../../src/top-ups/rules/bounds.ts';
import { loweredOf } from '../../../src/top-ups/rules/lowered.ts';
import { packsFor, packsToBuy } from '../../../src/top-ups/rules/size.ts';
import { decimal } from '../../../src/values/decimal.ts';

const NOW = new Date('2026-12-31T23:30:00Z');
const usd = (amount: string) => ({ amount: decimal(amount), currency: 'usd' });

describe('the size of a top-up', () => {
  const setting = { threshold: decimal('20'), quantity: decimal('100') };
  it.each([
    ['20', 1n],
    ['0', 1n],
    ['-79', 1n],
    ['-79.5', 1n],
    ['-80', 2n],
    ['-179.999', 2n],
    ['-180', 3n],
    ['500', 1n],
  ])('with %s left: %s packs of 100, after which more than 20 are there', (remaining, packs) => {
    expect(packsFor(setting, decimal(remaining), decimal('100'))).toBe(packs);
  });

  it('is what was set, in packs of any size, and no more than one purchase may buy', () => {
    expect(packsFor({ threshold: 0n, quantity: decimal('1.5') }, 0n, decimal('0.5'))).toBe(3n);
    const price = { amount: usd('10'), billingUnits: decimal('100'), maxPurchase: decimal('250') };
    const whole = { ...price, method: 'PREPAID', interval: null, tiers: null, tierMode: null } as const;
    expect(packsToBuy(setting, decimal('-1000'), whole)).toBe(2n);
  });
});

describe('the bounds', () => {
  it('let a month be spent to the last cent, and begin again with the next one', () => {
    const used = { spent: usd('20'), attempts: 0 };
    expect(blockOf(used, usd('10'), usd('30'), NOW)).toBeNull();
    expect(blockOf(used, usd('10.01'), usd('30'), NOW)?.until).toEqual(new Date('2027-01-01T00:00:00Z'));
  });

  it('let ten attempts be made in a day', () => {
    expect(blockOf({ spent: usd('0'), attempts: 9 }, usd('1'), usd('30'), NOW)).toBeNull();
    const noon = new Date('2026-12-05T12:00:00Z');
    expect(blockOf({ spent: usd('0'), attempts: 10 }, usd('1'), usd('30'), noon)?.until).toEqual(
      new Date('2026-12-06T00:00:00Z'),
    );
  });

  it('count days and months in UTC', () => {
    expect([startOfDay(NOW), startOfMonth(NOW)]).toEqual([new Date('2026-12-31T00:00:00Z'), new Date('2026-12-01T00:00:00Z')]);
  });
});

describe('after a decline', () => {
  const decline = { code: 'card_declined', needsAnotherMethod: false };
  it('the next attempt comes after 1 hour, then after 6, and the third in a row suspends', () => {
    expect(afterDecline({ ...decline, declines: 1 }, NOW)).toEqual({ nextAttemptAt: new Date('2027-01-01T00:30:00Z') });
    expect(afterDecline({ ...decline, declines: 2 }, NOW)).toEqual({ nextAttemptAt: new Date('2027-01-01T05:30:00Z') });
    expect(afterDecline({ ...decline, declines: 3 }, NOW)).toEqual({ suspended: 'DECLINED' });
  });

  it('that only another method or the customer mends, there is none', () => {
    expect(afterDecline({ ...decline, declines: 1, needsAnotherMethod: true }, NOW)).toEqual({ suspended: 'DECLINED' });
    expect(afterDecline({ ...decline, declines: 1, code: 'authentication_required' }, NOW)).toEqual({
      suspended: 'AUTHENTICATION',
    });
  });
});

describe('entries that lower a balance', () => {
  const entry = (customerId: string, featureId: string, amount: string, unlimited = false) =>
    ({ customerId, featureId, amount: decimal(amount), after: { unlimited } }) as unknown as LedgerEntry;

  it('are found by balance, and the last entry of each says what is left', () => {
    const raised = entry('a', 'x', '5');
    const used = entry('b', 'x', '-1');
    expect(loweredOf([entry('a', 'x', '-2'), used, entry('a', 'y', '3'), raised, entry('c', 'x', '0')])).toEqual([raised, used]);
  });

  it('are none where nothing is lowered, or nothing is limited', () => {
    expect(loweredOf([entry('a', 'x', '2'), entry('a', 'x', '0')])).toEqual([]);
    expect(loweredOf([entry('a', 'x', '-2', true)])).toEqual([]);
  });
});
