import { expect, test } from 'vitest';
import { stripeChargeRules } from '../../../src/stripe/wire/charge-rules.ts';
import { formatDecimal } from '../../../src/values/decimal.ts';

test.each([
  ['usd', '0.01', '0.5', '9999999999.99'],
  ['gbp', '0.01', '0.3', '9999999999.99'],
  ['hkd', '0.01', '4', '9999999999.99'],
  ['jpy', '1', '50', '999999999999'],
  ['idr', '0.01', '0.5', '9999999999.99'],
  ['mga', '1', '1', '999999999999'],
  ['kwd', '0.01', '0.01', '999999999.999'],
  ['isk', '1', '1', '9999999999.99'],
  ['ugx', '1', '1', '9999999999.99'],
  ['huf', '0.01', '175', '9999999999.99'],
])('%s is charged in steps of %s, from %s to %s', (currency, step, smallest, largest) => {
  const rule = stripeChargeRules(currency);
  expect(rule && [rule.step, rule.smallest, rule.largest].map(formatDecimal)).toEqual([step, smallest, largest]);
});

test('a code that is no currency has no rule', () => {
  expect(stripeChargeRules('zzz')).toBeUndefined();
});
