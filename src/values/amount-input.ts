/**
 * Reads amounts of callers: a string is read exactly or refused, a number is rounded at the 12th
 * place. A refusal says what would be accepted instead.
 */
import { z } from 'zod';
import { type Decimal, fits, formatDecimal, isNumeral, PLACES } from './decimal.ts';
import { type InputIssueCode, says } from './issue-codes.ts';
import { currencyPlaces, type Money, problemWithMoney } from './money.ts';
import { NumberText, type Rounded, roundNumber } from './number-text.ts';

const NO_NUMERAL = 'must be a decimal number such as "10" or "0.25"';

const written = z.custom<string | NumberText>(
  (value) => typeof value === 'string' || value instanceof NumberText,
  says('INVALID_FORMAT', NO_NUMERAL),
);

/** The smallest amount above zero. */
const SMALLEST: Decimal = 1n;

interface Rule {
  isTaken(value: Decimal): boolean;
  readonly problem: string;
  readonly code: InputIssueCode;
}

/** Why an amount is refused. */
type Refusal = Pick<Rule, 'problem' | 'code'>;

/**
 * Stops at the first problem, so that later rules never see an invalid amount and nothing is
 * divided by zero.
 */
function amountThat({ isTaken, ...refusal }: Rule) {
  return written.transform((given, context): Decimal => {
    const read = round(given);
    const wrong = 'problem' in read ? unread(read) : problemWith(read, given);
    if (wrong === undefined && 'value' in read) return read.value;
    context.addIssue({ code: 'custom', ...says(wrong?.code ?? 'INVALID_FORMAT', wrong?.problem ?? NO_NUMERAL) });
    return z.NEVER;
  });

  function problemWith(read: Rounded, given: string | NumberText): Refusal | undefined {
    // A written amount is judged by its own value, before rounding.
    if (typeof given === 'string' && !isTaken(read.value === 0n ? BigInt(read.sign) : read.value)) return refusal;
    if (typeof given === 'string' && !read.isExact)
      return {
        problem: `${TOO_FINE}: ${JSON.stringify(formatDecimal(nearest(read)))} would be taken`,
        code: 'INVALID_FORMAT',
      };
    if (isTaken(read.value)) return undefined;
    return isTaken(BigInt(read.sign)) ? { problem: TOO_SMALL, code: 'TOO_SMALL' } : refusal;
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

/** A numeral that cannot be read has too many digits; anything else is no numeral. */
function unread({ problem }: { readonly problem: string }): Refusal {
  return { problem, code: problem === NO_NUMERAL ? 'INVALID_FORMAT' : 'TOO_LARGE' };
}

function truncated(text: string, refused: { readonly problem: string }): Rounded | { readonly problem: string } {
  const [integer = '', places = ''] = text.split('.');
  const cut = roundNumber(`${integer}.${places.slice(0, PLACES)}`);
  return 'value' in cut && fits(cut.value) ? { ...cut, isExact: false } : refused;
}

export const decimal = amountThat({ isTaken: () => true, problem: '', code: 'INVALID' });
export const positive = amountThat({ isTaken: (value) => value > 0n, problem: 'must be above zero', code: 'TOO_SMALL' });
export const notNegative = amountThat({ isTaken: (value) => value >= 0n, problem: 'must not be negative', code: 'TOO_SMALL' });
export const notZero = amountThat({ isTaken: (value) => value !== 0n, problem: 'must not be zero', code: 'TOO_SMALL' });

/** The currency decides how many places a sum may have. */
export const money = z
  .object({ amount: written, currency: z.string().transform((code) => code.toLowerCase()) })
  .transform(({ amount: given, currency }, context): Money => {
    const read = round(given);
    const wrong = 'problem' in read ? { field: 'amount', ...unread(read) } : problemWithSum(read, given, currency);
    if (wrong === undefined && 'value' in read) return { amount: read.value, currency };
    const { field = 'amount', problem = NO_NUMERAL, code = 'INVALID_FORMAT' } = wrong ?? {};
    context.addIssue({ code: 'custom', path: [field], ...says(code, problem) });
    return z.NEVER;
  });

function problemWithSum(
  { value, isExact }: Rounded,
  given: string | NumberText,
  currency: string,
): (Refusal & { readonly field: string }) | undefined {
  const places = currencyPlaces(currency);
  const isTooFine = typeof given === 'string' && !isExact && places !== undefined && value >= 0n;
  if (isTooFine)
    return { field: 'amount', problem: `has more decimal places than ${currency} has (${places})`, code: 'INVALID_FORMAT' };
  return problemWithMoney({ amount: value, currency });
}
