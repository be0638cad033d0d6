import { describe, expect, test } from 'vitest';
import { previewFirst } from '../../../src/purchases/quote/preview.ts';
import { quote } from '../../../src/purchases/quote/quote.ts';
import { refuseSmallRenewal } from '../../../src/purchases/quote/refuse-small-renewal.ts';
import { stripeChargeRules } from '../../../src/stripe/wire/charge-rules.ts';
import { decimal } from '../../../src/values/decimal.ts';
import { InvalidInputError } from '../../../src/values/errors.ts';
import { costing, per, planOf } from '../plans.ts';

const MONTHLY = { interval: { unit: 'MONTH' } };
const quoted = (plan: ReturnType<typeof planOf>, quantity: string) =>
  quote(plan, [{ featureId: 'words', quantity: decimal(quantity) }], (id) => id);

describe('the preview of a first purchase', () => {
  test.each([
    ['2026-01-31T12:00:00Z', '2026-02-28T12:00:00Z'],
    ['2028-01-31T12:00:00Z', '2028-02-29T12:00:00Z'],
    ['2026-03-30T12:00:00Z', '2026-04-30T12:00:00Z'],
  ])('at %s has its next payment at %s', (now, next) => {
    const plan = planOf({ words: per('10', '100', MONTHLY) }, costing('5'));
    expect(previewFirst(quoted(plan, '300'), new Date(now))).toMatchObject({
      dueNow: { amount: decimal('35'), currency: 'usd' },
      nextPayment: { amount: { amount: decimal('30'), currency: 'usd' }, at: new Date(next) },
    });
  });

  test('has none where nothing recurs', () => {
    const plan = planOf({ words: per('10', '100') });
    expect(previewFirst(quoted(plan, '100'), new Date())).toMatchObject({ dueNow: { amount: decimal('10') }, nextPayment: null });
  });
});

test('a quantity whose renewals are too small to charge is refused', () => {
  const plan = planOf({ words: per('0.05', '1', MONTHLY) }, costing('5'));
  expect(() => refuseSmallRenewal(quoted(plan, '9'), stripeChargeRules)).toThrow(InvalidInputError);
  expect(refuseSmallRenewal(quoted(plan, '10'), stripeChargeRules).total).toEqual({ amount: decimal('5.5'), currency: 'usd' });
});
