import { describe, expect, test } from 'vitest';
import { decimal } from '../../src/values/decimal.ts';
import { currencyPlaces, formatMoney, problemWithMoney } from '../../src/values/money.ts';

const money = (amount: string, currency: string) => ({ amount: decimal(amount), currency });

describe('a currency has its own number of decimal places', () => {
  test.each([
    ['jpy', 0],
    ['krw', 0],
    ['isk', 0],
    ['usd', 2],
    ['eur', 2],
    ['huf', 2],
    ['kwd', 3],
    ['bhd', 3],
    ['tnd', 3],
    ['lyd', 3],
    ['ghs', 2],
    ['ves', 2],
    ['xcg', 2],
    ['stn', 2],
  ])('%s has %d', (currency, places) => {
    expect(currencyPlaces(currency)).toBe(places);
  });

  test.each(['', 'xxx', 'zzz', 'us', 'usdt', 'USD', 'constructor', '__proto__', 'std', 'dem'])(
    '%j is no currency',
    (currency) => {
      expect(currencyPlaces(currency)).toBeUndefined();
    },
  );
});

describe('a sum that can be paid has no problem', () => {
  test.each([
    ['500', 'jpy'],
    ['0.01', 'usd'],
    ['19.990', 'eur'],
    ['5.124', 'kwd'],
    ['999999999999999.99', 'usd'],
    ['0', 'usd'],
  ])('%s %s', (amount, currency) => {
    expect(problemWithMoney(money(amount, currency))).toBeUndefined();
  });
});

describe('the problem of a sum that cannot be paid names the field and the reason', () => {
  test.each([
    ['0.5', 'jpy', 'amount', 'has more decimal places than jpy has (0)'],
    ['0.001', 'usd', 'amount', 'has more decimal places than usd has (2)'],
    ['5.1244', 'kwd', 'amount', 'has more decimal places than kwd has (3)'],
    ['-1', 'usd', 'amount', 'must not be negative'],
    ['1000000000000000', 'usd', 'amount', 'must have at most 15 digits before the point'],
    ['1', 'zzz', 'currency', '"zzz" is no currency: use an ISO 4217 code such as "usd"'],
  ])('%s %s', (amount, currency, field, problem) => {
    expect(problemWithMoney(money(amount, currency))).toMatchObject({ field, problem });
  });
});

test('money is formatted as its amount and its currency', () => {
  expect(formatMoney(money('19.90', 'eur'))).toBe('19.9 eur');
});
