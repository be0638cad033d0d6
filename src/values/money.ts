import { type Decimal, formatDecimal, ONE, powerOfTen, times, toMinorUnits } from './decimal.ts';

/** An exact amount in major units: { amount: 10, currency: 'usd' } is ten dollars. */
export interface Money {
  readonly amount: Decimal;
  /** ISO 4217, in small letters. */
  readonly currency: string;
}

/** ISO 4217's currencies in present use, by their number of decimal places. */
const CURRENCIES_BY_PLACES: Record<number, string> = {
  0: 'bif clp djf gnf isk jpy kmf krw pyg rwf ugx vnd vuv xaf xof xpf',
  2:
    'aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc ' +
    'cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr jmd kes kgs khr kyd ' +
    'kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk ' +
    'php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah usd uyu ' +
    'uzs wst xcd yer zar zmw',
  3: 'bhd jod kwd omr tnd',
};

const PLACES_BY_CURRENCY: ReadonlyMap<string, number> = new Map(
  Object.entries(CURRENCIES_BY_PLACES).flatMap(([places, codes]) =>
    codes.split(' ').map((code): [string, number] => [code, Number(places)]),
  ),
);

/** More than anybody was ever asked to pay at once, and so little that no sum of a plan's prices outgrows a decimal. */
const MAX_AMOUNT_DIGITS = 15;
const AMOUNT_LIMIT: Decimal = times(ONE, powerOfTen(MAX_AMOUNT_DIGITS));

/** The currency's decimal places (JPY 0, USD 2, KWD 3), or undefined for a code that is none. */
export function currencyPlaces(currency: string): number | undefined {
  return PLACES_BY_CURRENCY.get(currency);
}

/** @returns a sentence that says why no such sum can be paid, or undefined where it can. */
export function problemWithMoney(money: Money): { field: 'amount' | 'currency'; problem: string } | undefined {
  const places = currencyPlaces(money.currency);
  if (places === undefined) {
    return { field: 'currency', problem: `"${money.currency}" is no currency: use an ISO 4217 code such as "usd"` };
  }
  if (money.amount < 0n) return { field: 'amount', problem: 'must not be negative' };
  if (money.amount >= AMOUNT_LIMIT)
    return { field: 'amount', problem: `must have at most ${MAX_AMOUNT_DIGITS} digits before the point` };
  if (toMinorUnits(money.amount, places) === undefined) {
    return { field: 'amount', problem: `has more decimal places than ${money.currency} has (${places})` };
  }
  return undefined;
}

/** "10 usd": for logs, messages and lines of a preview. */
export function formatMoney(money: Money): string {
  return `${formatDecimal(money.amount)} ${money.currency}`;
}
