import { describe, expect, test } from 'vitest';
import type { CheckoutLine } from '../../../src/purchases/model/provider.ts';
import type { InvoiceLine } from '../../../src/purchases/model/provider-subscriptions.ts';
import { renewalOf } from '../../../src/purchases/renewals/renewal.ts';
import { decimal } from '../../../src/values/decimal.ts';

const MONTH = { unit: 'MONTH', count: 1 } as const;
const MARCH = { start: new Date('2026-03-01'), end: new Date('2026-04-01') };
const REST_OF_MARCH = { start: new Date('2026-03-20'), end: new Date('2026-04-01') };

const line = (description: string, recurring?: CheckoutLine['recurring']): CheckoutLine => ({
  description,
  unitAmount: { amount: decimal('5'), currency: 'usd' },
  units: 1,
  ...(recurring ? { recurring } : {}),
});
/** 300 come with the lines below, and 50 more in a tier that costs nothing. */
const BOUGHT = [{ featureId: 'messages', bought: decimal('250') }];
const ASKED = [
  line('the plan', { interval: MONTH, featureId: null, perUnit: 0n }),
  line('messages', { interval: MONTH, featureId: 'messages', perUnit: decimal('100') }),
  line('messages, beyond', { interval: MONTH, featureId: 'messages', perUnit: decimal('100') }),
  line('setup, once'),
];

const billed = (index: number | null, changes: Partial<InvoiceLine> = {}): InvoiceLine => ({
  ...{ index, isRecurring: true, isProration: false, units: 1, amount: { amount: 1n, currency: 'usd' }, period: MARCH },
  ...changes,
});

describe('a paid invoice renews', () => {
  test('what its lines sell, in its own quantities, for the period of its lines', () => {
    const lines = [billed(0), billed(1, { units: 3 }), billed(2, { units: 2 })];
    expect(renewalOf({ lines }, ASKED, BOUGHT)).toEqual({ period: MARCH, bought: new Map([['messages', decimal('550')]]) });
  });

  test('the plan alone where no quantity is bought any more, with what costs nothing', () => {
    expect(renewalOf({ lines: [billed(0)] }, ASKED, BOUGHT)).toEqual({
      period: MARCH,
      bought: new Map([['messages', decimal('50')]]),
    });
  });

  test('nothing for lines that correct for a change within a period', () => {
    const lines = [billed(1, { isProration: true, units: 4, period: REST_OF_MARCH })];
    expect(renewalOf({ lines }, ASKED, BOUGHT)).toBeNull();
  });

  test('nothing for lines that are charged once', () => {
    expect(renewalOf({ lines: [billed(3, { isRecurring: false })] }, ASKED, BOUGHT)).toBeNull();
  });

  test('nothing for lines that Brim did not ask for', () => {
    expect(renewalOf({ lines: [billed(null), billed(7)] }, ASKED, BOUGHT)).toBeNull();
    expect(renewalOf({ lines: [billed(0)] }, [], [])).toBeNull();
  });

  test('the full period also where lines of a part of it stand beside', () => {
    const lines = [billed(1, { isProration: true, period: REST_OF_MARCH }), billed(0), billed(null, { period: REST_OF_MARCH })];
    expect(renewalOf({ lines }, ASKED, BOUGHT)).toEqual({ period: MARCH, bought: new Map([['messages', decimal('50')]]) });
  });
});
