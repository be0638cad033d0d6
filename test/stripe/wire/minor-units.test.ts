import { describe, expect, test } from 'vitest';
import { PaymentRefusedError } from '../../../src/purchases/model/provider.ts';
import { fromStripeMinor, stripeCounting, toStripeMinor } from '../../../src/stripe/wire/minor-units.ts';
import { decimal, formatDecimal } from '../../../src/values/decimal.ts';

describe('Stripe gets the exact amount', () => {
  test.each([
    ['usd', '10', 1_000],
    ['usd', '0.01', 1],
    ['usd', '9999999999.99', 999_999_999_999],
    // About 60 dollars, in nine digits.
    ['idr', '1000000', 100_000_000],
    ['eur', '19.99', 1_999],
    ['jpy', '500', 500],
    ['krw', '1', 1],
    // ISO gives the ariary two places, Stripe none.
    ['mga', '500', 500],
    ['kwd', '5.12', 5_120],
    ['bhd', '0.01', 10],
    // No decimals, and sent with two.
    ['isk', '5', 500],
    ['ugx', '1000', 100_000],
    ['huf', '10.45', 1_045],
    ['usd', '0', 0],
  ])('%s %s is %i', (currency, amount, minor) => {
    expect(toStripeMinor({ amount: decimal(amount), currency })).toBe(minor);
    const back = fromStripeMinor(minor, currency);
    expect([formatDecimal(back.amount), back.currency]).toEqual([formatDecimal(decimal(amount)), currency]);
  });
});

describe('an amount that Stripe cannot charge exactly is refused', () => {
  test.each([
    ['usd', '0.001'],
    ['jpy', '0.5'],
    ['mga', '1.5'],
    ['kwd', '5.124'],
    ['tnd', '0.0001'],
    ['isk', '5.5'],
    ['ugx', '0.01'],
    ['usd', '10000000000'],
    ['idr', '10000000000'],
    ['jpy', '1000000000000'],
    ['usd', '-1'],
    ['zzz', '1'],
  ])('%s %s', (currency, amount) => {
    expect(() => toStripeMinor({ amount: decimal(amount), currency })).toThrow(PaymentRefusedError);
  });
});

test('an answer in an unknown currency is an error', () => {
  expect(() => fromStripeMinor(100, 'zzz')).toThrow('zzz');
  expect(stripeCounting('zzz')).toBeUndefined();
});
