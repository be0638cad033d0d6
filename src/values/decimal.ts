/**
 * Exact decimals: a BigInt scaled by 10¹².
 *
 * Two decimals are added, subtracted and compared with the language's own operators, which are exact. They are
 * never multiplied or divided with them, for the scale would be counted twice: `multiply` and its neighbours say
 * which way they round. Up to 26 integer digits and 12 places, as numeric(38,12) stores them; they cross to
 * Postgres and to clients as text.
 */
export type Decimal = bigint;

export const PLACES = 12;
export const INTEGER_DIGITS = 26;

const SCALE = 10n ** BigInt(PLACES);
/** The first amount that no longer fits into numeric(38,12). */
export const DECIMAL_LIMIT: Decimal = 10n ** BigInt(INTEGER_DIGITS + PLACES);
export const ZERO: Decimal = 0n;
export const ONE: Decimal = SCALE;

const NUMERAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** True for "10", "-0.25", "007"; false for "1e3", "NaN", ".5", " 1" and everything else that is no plain numeral. */
export function isNumeral(text: string): boolean {
  return NUMERAL.test(text);
}

/**
 * Reads a plain decimal numeral, ignoring zeros that say nothing.
 * @returns the decimal, or a sentence that says what is wrong with the text.
 */
export function parseDecimal(text: string): Decimal | { problem: string } {
  const match = NUMERAL.exec(text);
  if (!match) return { problem: 'must be a decimal number such as "10" or "0.25"' };
  const integer = (match[2] ?? '').replace(/^0+/, '');
  const places = withoutTrailingZeros(match[3] ?? '');
  if (integer.length > INTEGER_DIGITS) return { problem: `must have at most ${INTEGER_DIGITS} digits before the point` };
  if (places.length > PLACES) return { problem: `must have at most ${PLACES} decimal places` };
  const value = BigInt(integer + places.padEnd(PLACES, '0'));
  return match[1] === '-' ? -value : value;
}

/** A regular expression for these zeros would take the square of their number: seconds, where a caller sends 60,000. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}

/** Reads a decimal that is known to be one, such as a column or a literal. @throws Error where it is not. */
export function decimal(text: string | number): Decimal {
  const value = parseDecimal(String(text));
  if (typeof value !== 'bigint') throw new Error(`${JSON.stringify(text)} ${value.problem}`);
  return value;
}

/** The canonical text: "10", "-0.25"; no exponent, no zeros that say nothing. */
export function formatDecimal(value: Decimal): string {
  const digits = (value < 0n ? -value : value).toString().padStart(PLACES + 1, '0');
  const places = digits.slice(-PLACES).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -PLACES)}${places === '' ? '' : `.${places}`}`;
}

/** How many whole `unit`s cover `value`: 150 in packs of 100 are 2. Both above or at zero, the unit above. */
export function unitsCovering(value: Decimal, unit: Decimal): bigint {
  return (value + unit - 1n) / unit;
}

/** `value` taken `times` times. */
export function times(value: Decimal, count: bigint): Decimal {
  return value * count;
}

/** a × b, rounded up at the last place. Both at or above zero. */
export function multiplyUp(a: Decimal, b: Decimal): Decimal {
  return (a * b + SCALE - 1n) / SCALE;
}

/** a ÷ b, rounded down at the last place. a at or above zero, b above. */
export function divideDown(a: Decimal, b: Decimal): Decimal {
  return (a * SCALE) / b;
}

export function isMultipleOf(value: Decimal, unit: Decimal): boolean {
  return value % unit === 0n;
}

/** True where numeric(38,12) can hold it. */
export function fits(value: Decimal): boolean {
  return value < DECIMAL_LIMIT && value > -DECIMAL_LIMIT;
}

export function smaller(a: Decimal, b: Decimal): Decimal {
  return a < b ? a : b;
}

export function larger(a: Decimal, b: Decimal): Decimal {
  return a > b ? a : b;
}

/** 10 to the power of `places`, as the number of minor units in a major one. */
export function powerOfTen(places: number): bigint {
  return 10n ** BigInt(places);
}

/** The whole number of 10^-places in `value`, or undefined where it has more places than that. */
export function toMinorUnits(value: Decimal, places: number): bigint | undefined {
  const step = powerOfTen(PLACES - places);
  return value % step === 0n ? value / step : undefined;
}

/** The decimal that is `minor` × 10^-places. */
export function fromMinorUnits(minor: bigint, places: number): Decimal {
  return minor * powerOfTen(PLACES - places);
}
