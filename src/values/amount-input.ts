/**
 * Reads amounts of callers: a string is read exactly or refused, a number is rounded at the 12th
 * place. A refusal says what would be accepted instead.
 */
import { z } from 'zod';
import { type Decimal, fits, formatDecimal, isNumeral, PLACES } from './decimal.ts';
import { currencyPlaces, type Money, problemWithMoney } from './money.ts';
import { NumberText, type Rounded, roundNumber } from './number-text.ts';

const NO_NUMERAL = 'must be a decimal number such as "10" or "0.25"';

const written = z.custom<string | NumberText>((value) => typeof value === 'string' || value instanceof NumberText, NO_NUMERAL);

/** The smallest amount above zero. */
const SMALLEST: Decimal = 1n;

interface Rule {
  isTaken(value: Decimal): boolean;
  readonly problem: string;
}

/**
 * Stops at the first problem, so that later rules never see an invalid amount and nothing is
 * divided by zero.
 */
function amountThat({ isTaken, problem }: Rule) {
  return written.transform((given, context): Decimal => {
    const read = round(given);
    const wrong = 'problem' in read ? read.problem : problemWith(read, given);
    if (wrong === undefined && 'value' in read) return read.value;
    context.addIssue({ code: 'custom', message: wrong ?? NO_NUMERAL });
    return z.NEVER;
  });

  function problemWith(read: Rounded, given: string | NumberText): string | undefined {
    // A written amount is judged by its own value, before rounding.
    if (typeof given === 'string' && !isTaken(read.value === 0n ? BigInt(read.sign) : read.value)) return problem;
    if (typeof given === 'string' && !read.isExact)
      return `${TOO_FINE}: ${JSON.stringify(formatDecimal(nearest(read)))} would be taken`;
    if (isTaken(read.value)) return undefined;
    return isTaken(BigInt(read.sign)) ? TOO_SMALL : problem;
  }
}

/** The nearest valid amount. For an amount that is not zero, never zero. */
function nearest({ value, sign }: Rounded): Decimal {
  return value === 0n ? BigInt(sign) * SMALLEST : value;
}

const TOO_FINE = `must have at most ${PLACES} decimal places`;
const TOO_SMALL = `is 0 once it is rounded to ${PLACES} decimal places: the smallest amount is ${formatDecimal(SMALLEST)}`;

function round(given: string | NumberText): Rounded | { readonly problem: string } {
  if (given instanceof NumberText) return roundNumber(given.text);
  if (!isNumeral(given)) return { problem: NO_NUMERAL };
  const rounded = roundNumber(given);
  // 26 nines with more than 12 places are rounded up beyond the limit. The suggestion is then the
  // digits that fit.
  return 'problem' in rounded ? truncated(given, rounded) : rounded;
}

function truncated(text: string, refused: { readonly problem: string }): Rounded | { readonly problem: string } {
  const [integer = '', places = ''] = text.split('.');
  const cut = roundNumber(`${integer}.${places.slice(0, PLACES)}`);
  return 'value' in cut && fits(cut.value) ? { ...cut, isExact: false } : refused;
}

export const decimal = amountThat({ isTaken: () => true, problem: '' });
export const positive = amountThat({ isTaken: (value) => value > 0n, problem: 'must be above zero' });
export const notNegative = amountThat({ isTaken: (value) => value >= 0n, problem: 'must not be negative' });
export const notZero = amountThat({ isTaken: (value) => value !== 0n, problem: 'must not be zero' });

/** The currency decides how many places a sum may have. */
export const money = z
  .object({ amount: written, currency: z.string().transform((code) => code.toLowerCase()) })
  .transform(({ amount: given, currency }, context): Money => {
    const read = round(given);
    const wrong = 'problem' in read ? { field: 'amount', ...read } : problemWithSum(read, given, currency);
    if (wrong === undefined && 'value' in read) return { amount: read.value, currency };
    context.addIssue({ code: 'custom', path: [wrong?.field ?? 'amount'], message: wrong?.problem ?? NO_NUMERAL });
    return z.NEVER;
  });

function problemWithSum({ value, isExact }: Rounded, given: string | NumberText, currency: string) {
  const places = currencyPlaces(currency);
  const isTooFine = typeof given === 'string' && !isExact && places !== undefined && value >= 0n;
  if (isTooFine) return { field: 'amount', problem: `has more decimal places than ${currency} has (${places})` };
  return problemWithMoney({ amount: value, currency });
}
