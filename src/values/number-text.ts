/** Numbers as callers wrote them, read exactly and rounded once. */
import { type Decimal, fits, INTEGER_DIGITS, PLACES } from './decimal.ts';

/**
 * A number as it was written, in JSON or in a GraphQL document. A double could not represent 0.1.
 */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A numeral, rounded at the 12th place. */
export interface Rounded {
  readonly value: Decimal;
  /** False where the numeral had more than 12 places. */
  readonly isExact: boolean;
  /** The sign of the numeral itself, also where the rounded value is 0. */
  readonly sign: -1 | 0 | 1;
}

const NUMBER = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/**
 * Reads a number with its exponent and rounds it at the 12th place, half to even. The result of
 * JavaScript's 0.1 + 0.2 becomes 0.3, and rounding has no bias upwards or downwards.
 * @returns the rounded number, or a sentence that says what is wrong with the text.
 */
export function roundNumber(text: string): Rounded | { readonly problem: string } {
  const match = NUMBER.exec(text);
  if (!match) return { problem: 'must be a decimal number such as "10" or "0.25"' };
  const [, minus = '', integer = '', places = '', exponent = '0'] = match;
  const digits = withoutLeadingZeros(integer + places);
  if (digits === '') return { value: 0n, isExact: true, sign: 0 };
  // How many of the digits are before the 13th place; may be more than there are, or below zero.
  const kept = digits.length - places.length + Number(exponent) + PLACES;
  if (kept > INTEGER_DIGITS + PLACES) return { problem: TOO_LARGE };
  const whole = BigInt(kept > 0 ? digits.slice(0, kept).padEnd(kept, '0') : '0');
  // With `kept` below zero, the cut digits begin with zeros, far less than a half.
  const cut = kept < 0 ? '0' : digits.slice(kept);
  const size = whole + (roundsUp(cut, whole) ? 1n : 0n);
  if (!fits(size)) return { problem: TOO_LARGE };
  const isExact = kept >= 0 && !/[1-9]/.test(cut);
  return minus === '-' ? { value: -size, isExact, sign: -1 } : { value: size, isExact, sign: 1 };
}

const TOO_LARGE = `must have at most ${INTEGER_DIGITS} digits before the point`;

function roundsUp(cut: string, whole: bigint): boolean {
  const first = cut.charAt(0);
  if (first < '5') return false;
  const isHalf = first === '5' && !/[1-9]/.test(cut.slice(1));
  return isHalf ? whole % 2n === 1n : true;
}

function withoutLeadingZeros(digits: string): string {
  return digits.replace(/^0+/, '');
}
