/**
 * Exact decimals: a BigInt scaled by 10¹².
 *
 * Add, subtract and compare two decimals with the language's own operators, which are exact. Never
 * multiply or divide with them, because the scale would count twice: `multiplyUp` and `divideDown`
 * do it, and their names say how they round. A decimal has up to 26 integer digits and 12 places,
 * as numeric(38,12). It crosses to Postgres and to clients as text.
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

/**
 * True for "10", "-0.25", "007"; false for "1e3", "NaN", ".5", " 1" and everything else that is no
 * plain numeral.
 */
export function isNumeral(text: string): boolean {
  return NUMERAL.test(text);
}

/**
 * Reads a plain decimal numeral, and ignores leading and trailing zeros.
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

/**
 * A regular expression would take quadratic time for these zeros: seconds, if a caller sends
 * 60,000.
 */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}

/**
 * Reads a text that is known to be a decimal, such as a column or a literal. @throws Error where it
 * is not.
 */
export function decimal(text: string | number): Decimal {
  const value = parseDecimal(String(text));
  if (typeof value !== 'bigint') throw new Error(`${JSON.stringify(text)} ${value.problem}`);
  return value;
}

/** The canonical text: "10", "-0.25"; without an exponent and without superfluous zeros. */
export function formatDecimal(value: Decimal): string {
  if (value === 0n) return '0';
  // Most amounts are whole, and need none of the work with text.
  if (value % SCALE === 0n) return (value / SCALE).toString();
  const digits = (value < 0n ? -value : value).toString().padStart(PLACES + 1, '0');
  const places = digits.slice(-PLACES).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -PLACES)}${places === '' ? '' : `.${places}`}`;
}

/**
 * How many whole `unit`s cover `value`: 150 in packs of 100 are 2. `value` at or above zero, `unit`
 * above.
 */
export function unitsCovering(value: Decimal, unit: Decimal): bigint {
  return (value + unit - 1n) / unit;
}

/** `value` multiplied by a whole number. */
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

/** 10 to the power of `places`: the number of minor units in a major one. */
export function powerOfTen(places: number): bigint {
  return 10n ** BigInt(places);
}

/** `value` as a whole number of 10^-places; undefined where it has more places. */
export function toMinorUnits(value: Decimal, places: number): bigint | undefined {
  const step = powerOfTen(PLACES - places);
  return value % step === 0n ? value / step : undefined;
}

/** The decimal `minor` × 10^-places. */
export function fromMinorUnits(minor: bigint, places: number): Decimal {
  return minor * powerOfTen(PLACES - places);
}
