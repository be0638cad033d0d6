import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { decimal as exactly, formatDecimal } from '../../src/values/decimal.ts';
import { decimal, instant, interval, money, notNegative, notZero, positive, readInput, url } from '../../src/values/input.ts';
import { NumberText } from '../../src/values/number-text.ts';
import { runs } from '../properties/seed.ts';
import { issuesOf, problemsOf } from './refusals.ts';

const TOO_SMALL = 'is 0 once it is rounded to 12 decimal places: the smallest amount is 0.000000000001';

const NO_NUMERAL = 'must be a decimal number such as "10" or "0.25"';

describe('an amount', () => {
  test.each(['0.000000000001', '1', '9'.repeat(26)])('%s is taken where it must be above zero', (value) => {
    expect(formatDecimal(readInput(positive, value))).toBe(value);
  });

  test('of zero is accepted where it must not be negative', () => {
    expect(readInput(notNegative, '0')).toBe(0n);
    expect(readInput(notNegative, '-0')).toBe(0n);
  });

  test.each([
    ['-1', 'must be above zero'],
    ['-0.000000000001', 'must be above zero'],
    ['0', 'must be above zero'],
    ['0.0000000000001', 'must have at most 12 decimal places: "0.000000000001" would be taken'],
    ['-1.0000000000001', 'must be above zero'],
    ['0.0405875000000061', 'must have at most 12 decimal places: "0.0405875" would be taken'],
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

  test('either sign is accepted where no rule forbids it', () => {
    expect(readInput(decimal, '-2.5')).toBe(exactly('-2.5'));
  });

  test('a double is neither text nor a number as it was written', () => {
    expect(problemsOf(decimal, 5)).toHaveLength(1);
  });

  test.each<[string, typeof decimal, string]>([
    ['1.0000000000005', positive, '1'],
    ['1.0000000000015', positive, '1.000000000002'],
    ['-0.0000000000001', notNegative, '0'],
    ['5e-13', notNegative, '0'],
    ['-2.5e1', decimal, '-25'],
  ])('the number %s is rounded to half-even, %#', (text, schema, value) => {
    expect(formatDecimal(readInput(schema, new NumberText(text)))).toBe(value);
  });

  test.each<[string, typeof decimal, string]>([
    ['1e-13', positive, TOO_SMALL],
    ['5e-13', notZero, TOO_SMALL],
    ['-5e-13', notZero, TOO_SMALL],
    ['-1e-13', positive, 'must be above zero'],
    ['0', notZero, 'must not be zero'],
    ['-1', notNegative, 'must not be negative'],
    ['1e26', decimal, 'must have at most 26 digits before the point'],
    ['1e99999', decimal, 'must have at most 26 digits before the point'],
  ])('the number %s is refused, %#: %s', (text, schema, problem) => {
    expect(problemsOf(schema, new NumberText(text))).toEqual([problem]);
  });

  test('the suggestion for a string with too many places is itself accepted, by every rule', () => {
    const digits = fc.stringMatching(/^\d{1,26}\.\d{13,30}$/);
    const signed = fc.tuple(fc.constantFrom('', '-'), digits).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.constantFrom(decimal, positive, notNegative, notZero), signed, (schema, text) => {
        const [problem = ''] = schema.safeParse(text).error?.issues.map(({ message }) => message) ?? [];
        const advice = /"([^"]+)" would be taken/.exec(problem)?.[1];
        if (advice !== undefined) expect(schema.safeParse(advice).success).toBe(true);
        else expect(['', 'must be above zero', 'must not be negative', 'must not be zero']).toContain(problem);
      }),
      runs(200),
    );
  });
});

describe('money', () => {
  test('is read exactly, and its currency in small letters', () => {
    expect(readInput(money, { amount: '19.99', currency: 'EUR' })).toEqual({ amount: exactly('19.99'), currency: 'eur' });
  });

  test.each([
    [{ amount: '0.5', currency: 'jpy' }, ['amount'], 'has more decimal places than jpy has (0)'],
    [{ amount: '1.2345', currency: 'KWD' }, ['amount'], 'has more decimal places than kwd has (3)'],
    [{ amount: '10.0000000000001', currency: 'usd' }, ['amount'], 'has more decimal places than usd has (2)'],
    [{ amount: '-1', currency: 'usd' }, ['amount'], 'must not be negative'],
    [{ amount: 'ten', currency: 'usd' }, ['amount'], NO_NUMERAL],
    [{ amount: '1', currency: 'bitcoin' }, ['currency'], '"bitcoin" is no currency: use an ISO 4217 code such as "usd"'],
  ])('%j is refused at %j', (value, path, message) => {
    expect(issuesOf(money, value)).toMatchObject([{ path, message }]);
  });

  test('a number is rounded first: 0.1 + 0.2 is thirty cents', () => {
    const sum = { amount: new NumberText(String(0.1 + 0.2)), currency: 'usd' };
    expect(readInput(money, sum)).toEqual({ amount: exactly('0.3'), currency: 'usd' });
  });
});

describe('an interval', () => {
  test('has a count of one by default', () => {
    expect(readInput(interval, { unit: 'MONTH' })).toEqual({ unit: 'MONTH', count: 1 });
    expect(readInput(interval, { unit: 'DAY', count: 1_000 })).toEqual({ unit: 'DAY', count: 1_000 });
  });

  test.each([0, -1, 1_001])('of %d is refused', (count) => {
    expect(issuesOf(interval, { unit: 'DAY', count })).toMatchObject([{ path: ['count'], message: 'must be 1 to 1000' }]);
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

test('all problems are reported at once, each with its path', () => {
  const schema = z.object({ items: z.array(z.object({ amount: positive, price: money })) });
  const items = [
    { amount: '1', price: { amount: '1', currency: 'usd' } },
    { amount: '0', price: { amount: '0.001', currency: 'usd' } },
  ];
  expect(issuesOf(schema, { items })).toMatchObject([
    { path: ['items', '1', 'amount'], message: 'must be above zero' },
    { path: ['items', '1', 'price', 'amount'], message: 'has more decimal places than usd has (2)' },
  ]);
});
