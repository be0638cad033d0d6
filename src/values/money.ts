/** Money: exact amounts with a currency, and the currencies that can be paid. */
import { type Decimal, formatDecimal, ONE, powerOfTen, times, toMinorUnits } from './decimal.ts';
import type { InputIssueCode } from './issue-codes.ts';

/** An exact amount in major units: { amount: 10, currency: 'usd' } is ten dollars. */
export interface Money {
  readonly amount: Decimal;
  /** ISO 4217, in small letters. */
  readonly currency: string;
}

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));

/**
 * ISO 4217's decimal places where they are not two. `Intl.NumberFormat` gives the places that a
 * country uses in practice (0 for HUF and IDR), which change with the version of Node.
 */
const PLACES: Readonly<Record<string, number>> = {
  ...{ bif: 0, clp: 0, djf: 0, gnf: 0, isk: 0, jpy: 0, kmf: 0, krw: 0, pyg: 0, rwf: 0, ugx: 0, vnd: 0, vuv: 0 },
  ...{ xaf: 0, xof: 0, xpf: 0, bhd: 3, iqd: 3, jod: 3, kwd: 3, lyd: 3, omr: 3, tnd: 3 },
};

/** The largest price. A sum of a plan's prices then always fits a decimal. */
const MAX_AMOUNT_DIGITS = 15;
const AMOUNT_LIMIT: Decimal = times(ONE, powerOfTen(MAX_AMOUNT_DIGITS));

/**
 * The currency's decimal places (JPY 0, USD 2, KWD 3), or undefined for a code that is no currency
 * in present use.
 */
export function currencyPlaces(currency: string): number | undefined {
  return CURRENCIES.has(currency) ? (PLACES[currency] ?? 2) : undefined;
}

/** @returns a sentence and a code that say why this sum cannot be paid; undefined where it can. */
export function problemWithMoney(
  money: Money,
): { field: 'amount' | 'currency'; problem: string; code: InputIssueCode } | undefined {
  const places = currencyPlaces(money.currency);
  if (places === undefined) {
    return {
      field: 'currency',
      problem: `"${money.currency}" is no currency: use an ISO 4217 code such as "usd"`,
      code: 'INVALID_FORMAT',
    };
  }
  if (money.amount < 0n) return { field: 'amount', problem: 'must not be negative', code: 'TOO_SMALL' };
  if (money.amount >= AMOUNT_LIMIT)
    return { field: 'amount', problem: `must have at most ${MAX_AMOUNT_DIGITS} digits before the point`, code: 'TOO_LARGE' };
  if (toMinorUnits(money.amount, places) === undefined) {
    return { field: 'amount', problem: `has more decimal places than ${money.currency} has (${places})`, code: 'INVALID_FORMAT' };
  }
  return undefined;
}

/** "10 usd": for logs, messages and the lines of a preview. */
export function formatMoney(money: Money): string {
  return `${formatDecimal(money.amount)} ${money.currency}`;
}
