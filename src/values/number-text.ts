import { type Decimal, fits, INTEGER_DIGITS, PLACES } from './decimal.ts';

/** A number as it was written, in JSON or in a GraphQL document: not a double, which could not say 0.1. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a numeral comes to at the 12th place. */
export interface Rounded {
  readonly value: Decimal;
  /** False where there was more to it than 12 places. */
  readonly isExact: boolean;
  /** Of the numeral itself, also where the value is 0. */
  readonly sign: -1 | 0 | 1;
}

const NUMBER = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/**
 * Reads a number, its exponent included, and rounds it at the 12th place, half to even: what JavaScript's arithmetic makes of 0.1 + 0.2
 * is 0.3. Of two such sums none is rounded more often up than down.
 * @returns what it comes to, or a sentence that says what is wrong with it.
 */
export function roundNumber(text: string): Rounded | { readonly problem: string } {
  const match = NUMBER.exec(text);
  if (!match) return { problem: 'must be a decimal number such as "10" or "0.25"' };
  const [, minus = '', integer = '', places = '', exponent = '0'] = match;
  const digits = withoutLeadingZeros(integer + places);
  if (digits === '') return { value: 0n, isExact: true, sign: 0 };
  // How many of the digits stand before the 13th place: more than there are, or none.
  const kept = digits.length - places.length + Number(exponent) + PLACES;
  if (kept > INTEGER_DIGITS + PLACES) return { problem: TOO_LARGE };
  const whole = BigInt(kept > 0 ? digits.slice(0, kept).padEnd(kept, '0') : '0');
  // Where kept is below zero, what is cut off begins with zeros of its own: far less than a half.
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
