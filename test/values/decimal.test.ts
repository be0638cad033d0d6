import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DECIMAL_LIMIT,
  decimal,
  fits,
  formatDecimal,
  fromMinorUnits,
  INTEGER_DIGITS,
  isMultipleOf,
  isNumeral,
  larger,
  ONE,
  PLACES,
  parseDecimal,
  smaller,
  times,
  toMinorUnits,
  unitsCovering,
  ZERO,
} from '../../src/values/decimal.ts';
import { patience } from '../support/deadlines.ts';

/** Every value that numeric(38,12) can hold. */
const storable = fc.bigInt({ min: -DECIMAL_LIMIT + 1n, max: DECIMAL_LIMIT - 1n });

describe('a decimal and its text', () => {
  test('every written decimal is read back exactly', () => {
    fc.assert(fc.property(storable, (value) => parseDecimal(formatDecimal(value)) === value));
  });

  test('the text is canonical: no exponent, no sign of zero, no superfluous zeros', () => {
    fc.assert(fc.property(storable, (value) => /^-?(0|[1-9]\d*)(\.\d*[1-9])?$/.test(formatDecimal(value))));
  });

  test.each([
    ['10', 10_000_000_000_000n, '10'],
    ['0.25', 250_000_000_000n, '0.25'],
    ['-0.25', -250_000_000_000n, '-0.25'],
    ['+7', 7_000_000_000_000n, '7'],
    ['007', 7_000_000_000_000n, '7'],
    ['1.50', 1_500_000_000_000n, '1.5'],
    ['-0', 0n, '0'],
    ['-0.000', 0n, '0'],
    ['0.000000000001', 1n, '0.000000000001'],
    ['-0.000000000001', -1n, '-0.000000000001'],
    ['99999999999999999999999999.999999999999', DECIMAL_LIMIT - 1n, '99999999999999999999999999.999999999999'],
  ])('%s is read exactly, and written as its shortest text', (text, value, written) => {
    expect(parseDecimal(text)).toBe(value);
    expect(formatDecimal(value)).toBe(written);
  });

  test('digits that a float would lose are kept', () => {
    expect(formatDecimal(decimal('0.1') + decimal('0.2'))).toBe('0.3');
    expect(formatDecimal(decimal('9007199254740993') - decimal('1'))).toBe('9007199254740992');
  });
});

describe('a text that is no plain numeral', () => {
  test.each([
    '',
    ' ',
    '.5',
    '5.',
    '1e3',
    '1E3',
    'NaN',
    'Infinity',
    '--1',
    '+-1',
    '1,000',
    '1_000',
    ' 1',
    '1 ',
    '1\n',
    '0x10',
    '١',
    '½',
  ])('%j is refused with a valid example', (text) => {
    expect(isNumeral(text)).toBe(false);
    expect(parseDecimal(text)).toEqual({ problem: 'must be a decimal number such as "10" or "0.25"' });
    expect(() => decimal(text)).toThrow('must be a decimal number');
  });
});

describe('the limits of numeric(38,12)', () => {
  test('26 digits before the point are read, 27 are refused', () => {
    expect(parseDecimal('9'.repeat(INTEGER_DIGITS))).toBe(DECIMAL_LIMIT - ONE);
    expect(parseDecimal('9'.repeat(INTEGER_DIGITS + 1))).toEqual({ problem: 'must have at most 26 digits before the point' });
    expect(parseDecimal(`-1${'0'.repeat(INTEGER_DIGITS)}`)).toEqual({ problem: 'must have at most 26 digits before the point' });
  });

  test('12 decimal places are read, 13 are refused and never rounded', () => {
    expect(parseDecimal(`0.${'1'.repeat(PLACES)}`)).toBe(111_111_111_111n);
    expect(parseDecimal(`0.${'1'.repeat(PLACES + 1)}`)).toEqual({ problem: 'must have at most 12 decimal places' });
    expect(parseDecimal('0.0000000000001')).toEqual({ problem: 'must have at most 12 decimal places' });
  });

  test('superfluous zeros do not count', () => {
    expect(parseDecimal(`${'0'.repeat(40)}1.5${'0'.repeat(40)}`)).toBe(decimal('1.5'));
  });

  test('a very long numeral is answered at once', () => {
    const startedAt = performance.now();
    expect(parseDecimal(`0.${'0'.repeat(200_000)}1`)).toEqual({ problem: 'must have at most 12 decimal places' });
    expect(parseDecimal('1'.repeat(200_000))).toEqual({ problem: 'must have at most 26 digits before the point' });
    // Linear work takes a few milliseconds, quadratic work half a minute.
    expect(performance.now() - startedAt).toBeLessThan(patience(2_000));
  });

  test('fits is true inside the limits, on both sides of zero, and false at them', () => {
    expect([DECIMAL_LIMIT - 1n, 1n - DECIMAL_LIMIT, ZERO].map(fits)).toEqual([true, true, true]);
    expect([DECIMAL_LIMIT, -DECIMAL_LIMIT].map(fits)).toEqual([false, false]);
  });
});

describe('units are rounded up', () => {
  test.each([
    ['150', '100', 2n],
    ['100', '100', 1n],
    ['100.000000000001', '100', 2n],
    ['0', '100', 0n],
    ['0.000000000001', '100', 1n],
    ['1', '0.3', 4n],
    ['0.9', '0.3', 3n],
  ])('%s in units of %s are %s', (value, unit, count) => {
    expect(unitsCovering(decimal(value), decimal(unit))).toBe(count);
  });

  test('the units cover the value, and one fewer would not', () => {
    const positive = fc.bigInt({ min: 1n, max: DECIMAL_LIMIT - 1n });
    fc.assert(
      fc.property(positive, positive, (value, unit) => {
        const count = unitsCovering(value, unit);
        return times(unit, count) >= value && times(unit, count - 1n) < value;
      }),
    );
  });

  test.each([
    ['200', '100', true],
    ['50', '100', false],
    ['0', '100', true],
    ['0.9', '0.3', true],
    ['1', '0.3', false],
  ])('whether %s is a multiple of %s: %s', (value, unit, expected) => {
    expect(isMultipleOf(decimal(value), decimal(unit))).toBe(expected);
  });
});

describe('minor units', () => {
  test('an amount is converted to its smallest coin, and back', () => {
    expect(toMinorUnits(decimal('12.34'), 2)).toBe(1_234n);
    expect(toMinorUnits(decimal('500'), 0)).toBe(500n);
    expect(fromMinorUnits(5_124n, 3)).toBe(decimal('5.124'));
  });

  test('an amount with half a coin has none, and is not rounded', () => {
    expect(toMinorUnits(decimal('12.345'), 2)).toBeUndefined();
    expect(toMinorUnits(decimal('0.5'), 0)).toBeUndefined();
  });

  test('conversion to coins and back changes nothing', () => {
    const coins = fc.bigInt({ min: 0n, max: 10n ** 20n });
    fc.assert(
      fc.property(
        coins,
        fc.integer({ min: 0, max: PLACES }),
        (minor, places) => toMinorUnits(fromMinorUnits(minor, places), places) === minor,
      ),
    );
  });
});

test('the smaller and the larger of two', () => {
  expect([smaller(1n, 2n), smaller(2n, 1n), larger(-1n, 0n), larger(0n, -1n)]).toEqual([1n, 1n, 0n, 0n]);
});
