/**
 * JSON whose numbers are exact in both directions.
 *
 * This wire carries amounts as JSON numbers. `JSON.parse` makes doubles of them and
 * `JSON.stringify` cannot write a Decimal, so a number is read as the text that was sent, and a
 * Decimal is written as its own digits.
 */
import { parse, stringify } from 'lossless-json';
import { formatDecimal } from '../../values/decimal.ts';
import { NumberText } from '../../values/number-text.ts';

/**
 * Each number becomes a NumberText.
 * @throws SyntaxError, or RangeError where it is nested too deeply.
 */
export function readExactJson(text: string): unknown {
  return parse(text, undefined, {
    parseNumber: (number) => new NumberText(number),
    // The last one counts, as with JSON.parse.
    onDuplicateKey: ({ newValue }) => newValue,
  });
}

const DECIMAL = {
  test: (value: unknown) => typeof value === 'bigint',
  stringify: (value: unknown) => formatDecimal(value as bigint),
};

/** Writes JSON. A bigint is a Decimal; undefined fields are left out. */
export function writeExactJson(value: unknown): string {
  return stringify(value, undefined, undefined, [DECIMAL]) ?? 'null';
}

/** Replaces each NumberText by a plain number, as the domain keeps metadata and properties. */
export function withPlainNumbers(value: unknown): unknown {
  if (value instanceof NumberText) return Number(value.text);
  if (Array.isArray(value)) return value.map(withPlainNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withPlainNumbers(part)]));
}
