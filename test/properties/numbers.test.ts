import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DECIMAL_LIMIT } from '../../src/values/decimal.ts';
import { roundNumber } from '../../src/values/number-text.ts';
import { runs } from './seed.ts';

/**
 * The number as a fraction of two integers, rounded by comparing twice the rest with the divisor.
 * Slow, and obviously right.
 */
function oracle(text: string): bigint {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [integer = '', places = ''] = mantissa.replace(/^[+-]/, '').split('.');
  const power = Number(exponent) - places.length + 12;
  const dividend = BigInt(integer + places) * 10n ** BigInt(Math.max(power, 0));
  const divisor = 10n ** BigInt(Math.max(-power, 0));
  const [whole, rest] = [dividend / divisor, dividend % divisor];
  const rounded = 2n * rest > divisor || (2n * rest === divisor && whole % 2n === 1n) ? whole + 1n : whole;
  return mantissa.startsWith('-') ? -rounded : rounded;
}

function expectAsOracle(text: string): void {
  const read = roundNumber(text);
  const right = oracle(text);
  const isWithinBounds = right < DECIMAL_LIMIT && right > -DECIMAL_LIMIT;
  if (isWithinBounds) expect(read).toMatchObject({ value: right });
  else expect(read).toEqual({ problem: 'must have at most 26 digits before the point' });
}

describe('a number is read as the shortest decimal that JavaScript prints, rounded half to even at the 12th place', () => {
  test('for every double', () => {
    const doubles = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ noNaN: true, min: -1e28, max: 1e28 }),
      fc.double({ noNaN: true, min: -1e-6, max: 1e-6 }),
    );
    fc.assert(
      fc.property(doubles, (value) => expectAsOracle(String(value))),
      runs(1_000),
    );
  });

  test('in every way to write it', () => {
    const written = fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,30})?([eE][+-]?\d{1,2})?$/);
    fc.assert(fc.property(written, expectAsOracle), runs(1_000));
  });

  test('exactly between two places, to the even one', () => {
    const halves = fc.tuple(
      fc.bigInt({ min: 0n, max: 10n ** 20n }),
      fc.constantFrom('5', '50', '500000000000000000001', '4999999999'),
    );
    fc.assert(
      fc.property(halves, ([whole, rest]) => {
        const digits = `${whole}`.padStart(13, '0');
        expectAsOracle(`${digits.slice(0, -12)}.${digits.slice(-12)}${rest}`);
      }),
      runs(500),
    );
  });
});

test('60,000 digits and exponents beyond reason are read at once', () => {
  expect(roundNumber('9'.repeat(60_000))).toHaveProperty('problem');
  expect(roundNumber(`0.${'0'.repeat(60_000)}1`)).toEqual({ value: 0n, isExact: false, sign: 1 });
  expect(roundNumber(`${'0'.repeat(60_000)}1`)).toEqual({ value: 10n ** 12n, isExact: true, sign: 1 });
  expect(roundNumber(`1e${'9'.repeat(400)}`)).toHaveProperty('problem');
  expect(roundNumber(`-1e-${'9'.repeat(400)}`)).toEqual({ value: -0n, isExact: false, sign: -1 });
  expect(roundNumber('0e999999999')).toEqual({ value: 0n, isExact: true, sign: 0 });
});
