/**
 * JSON whose numbers are exact in both directions.
 *
 * This wire carries amounts as JSON numbers. `JSON.parse` would make doubles of them and `JSON.stringify` has none for a Decimal, so a
 * number is read as the text that was sent, and a Decimal is written as its own digits.
 */
import { randomUUID } from 'node:crypto';
import { formatDecimal } from '../../values/decimal.ts';
import { NumberText } from '../../values/number-text.ts';

/** In text that is JSON, every string and every number, so that what looks like a number inside a string is passed over. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Nobody outside of this process knows it, so no string that is sent is taken for a number. */
const MARK = `number ${randomUUID()} `;

/** Each number becomes a NumberText. @throws SyntaxError, or RangeError where it is nested too deeply. */
export function readExactJson(text: string): unknown {
  JSON.parse(text);
  const marked = text.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : `"${MARK}${token}"`));
  return JSON.parse(marked, (_, part: unknown) =>
    typeof part === 'string' && part.startsWith(MARK) ? new NumberText(part.slice(MARK.length)) : part,
  );
}

/** A value of JSON in which a bigint is a Decimal. What is undefined is left out. */
export function writeExactJson(value: unknown): string {
  if (typeof value === 'bigint') return formatDecimal(value);
  if (Array.isArray(value)) return `[${value.map(writeExactJson).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const parts = Object.entries(value).flatMap(([key, part]) =>
    part === undefined ? [] : [`${JSON.stringify(key)}:${writeExactJson(part)}`],
  );
  return `{${parts.join()}}`;
}

/** The same with plain numbers, as facts of the app are kept. */
export function withPlainNumbers(value: unknown): unknown {
  if (value instanceof NumberText) return Number(value.text);
  if (Array.isArray(value)) return value.map(withPlainNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withPlainNumbers(part)]));
}
