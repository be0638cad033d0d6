import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { decimal as exactly, formatDecimal } from '../../src/decimal.ts';
import { decimal, instant, interval, money, notNegative, positive, readInput, url } from '../../src/input.ts';
import { issuesOf, problemsOf } from './refusals.ts';

const NO_NUMERAL = 'must be a decimal number such as "10" or "0.25"';

describe('an amount', () => {
  test.each(['0.000000000001', '1', '9'.repeat(26)])('%s is taken where it must be above zero', (value) => {
    expect(formatDecimal(readInput(positive, value))).toBe(value);
  });

  test('zero is taken where it must not be negative', () => {
    expect(readInput(notNegative, '0')).toBe(0n);
    expect(readInput(notNegative, '-0')).toBe(0n);
  });

  test.each([
    ['-1', 'must be above zero'],
    ['-0.000000000001', 'must be above zero'],
    ['0', 'must be above zero'],
    ['0.0000000000001', 'must have at most 12 decimal places'],
    ['9'.repeat(27), 'must have at most 26 digits before the point'],
    ['1e3', NO_NUMERAL],
    ['', NO_NUMERAL],
    ['NaN', NO_NUMERAL],
  ])('%s is refused where it must be above zero: %s', (value, problem) => {
    expect(problemsOf(positive, value)).toEqual([problem]);
  });

  test('below zero is refused where it must not be negative', () => {
    expect(problemsOf(notNegative, '-0.01')).toEqual(['must not be negative']);
  });

  test('either sign is taken where nothing is said of it', () => {
    expect(readInput(decimal, '-2.5')).toBe(exactly('-2.5'));
  });

  test('a number is no text: the scalar made one before', () => {
    expect(problemsOf(decimal, 5)).toHaveLength(1);
  });
});

describe('money', () => {
  test('is read exactly, its currency in small letters', () => {
    expect(readInput(money, { amount: '19.99', currency: 'EUR' })).toEqual({ amount: exactly('19.99'), currency: 'eur' });
  });

  test.each([
    [{ amount: '0.5', currency: 'jpy' }, ['amount'], 'has more decimal places than jpy has (0)'],
    [{ amount: '1.2345', currency: 'KWD' }, ['amount'], 'has more decimal places than kwd has (3)'],
    [{ amount: '-1', currency: 'usd' }, ['amount'], 'must not be negative'],
    [{ amount: 'ten', currency: 'usd' }, ['amount'], NO_NUMERAL],
    [{ amount: '1', currency: 'bitcoin' }, ['currency'], '"bitcoin" is no currency: use an ISO 4217 code such as "usd"'],
  ])('%j is refused at %j', (value, path, message) => {
    expect(issuesOf(money, value)).toEqual([{ path, message }]);
  });
});

describe('an interval', () => {
  test('is one of its unit unless a count is given', () => {
    expect(readInput(interval, { unit: 'MONTH' })).toEqual({ unit: 'MONTH', count: 1 });
    expect(readInput(interval, { unit: 'DAY', count: 1_000 })).toEqual({ unit: 'DAY', count: 1_000 });
  });

  test.each([0, -1, 1_001])('of %d is refused', (count) => {
    expect(issuesOf(interval, { unit: 'DAY', count })).toEqual([{ path: ['count'], message: 'must be 1 to 1000' }]);
  });

  test.each([{ unit: 'DAY', count: 1.5 }, { unit: 'FORTNIGHT' }, {}])('%j is refused', (value) => {
    expect(issuesOf(interval, value)).toHaveLength(1);
  });
});

describe('an instant', () => {
  test.each(['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])('%s is taken', (text) => {
    expect(readInput(instant, new Date(text))).toEqual(new Date(text));
  });

  test.each(['0000-12-31T23:59:59.999Z', '+010000-01-01T00:00:00.000Z', '-000001-01-01T00:00:00.000Z'])(
    '%s is refused, because Postgres cannot read it',
    (text) => {
      expect(problemsOf(instant, new Date(text))).toEqual(['must be in the years 0001 to 9999, in UTC']);
    },
  );
});

describe('a URL', () => {
  test.each(['https://shop.example/done?x={ID}#top', 'http://localhost:3000', 'https://shop.example/%E6%97%A5'])(
    '%s is taken as it was written',
    (value) => {
      expect(readInput(url, value)).toBe(value);
    },
  );

  test('is percent-encoded where a header could not carry it', () => {
    expect(readInput(url, 'https://bücher.example/日本\n')).toBe('https://xn--bcher-kva.example/%E6%97%A5%E6%9C%AC');
  });

  test.each([
    ['', 'must be an http or https URL'],
    ['shop.example', 'must be an http or https URL'],
    ['javascript:alert(1)', 'must be an http or https URL'],
    ['ftp://shop.example', 'must be an http or https URL'],
    ['https://', 'must be an http or https URL'],
    ['https://shop.example/\u0000', 'must not contain NUL characters or broken Unicode'],
    ['https://shop.example/\ud800', 'must not contain NUL characters or broken Unicode'],
    [`https://shop.example/${'x'.repeat(2_000)}`, 'must have at most 2000 characters'],
  ])('%j is refused: %s', (value, problem) => {
    expect(problemsOf(url, value)).toEqual([problem]);
  });
});

test('all that is wrong is said at once, each with its path', () => {
  const shape = z.object({ items: z.array(z.object({ amount: positive, price: money })) });
  const items = [
    { amount: '1', price: { amount: '1', currency: 'usd' } },
    { amount: '0', price: { amount: '0.001', currency: 'usd' } },
  ];
  expect(issuesOf(shape, { items })).toEqual([
    { path: ['items', '1', 'amount'], message: 'must be above zero' },
    { path: ['items', '1', 'price', 'amount'], message: 'has more decimal places than usd has (2)' },
  ]);
});
