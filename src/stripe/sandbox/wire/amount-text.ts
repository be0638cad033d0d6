import { formatDecimal } from '../../../values/decimal.ts';
import { currencyPlaces } from '../../../values/money.ts';
import { fromStripeMinor } from '../../wire/minor-units.ts';

/** "$10.00", "¥500", "KWD 1.250": an exact amount as people write it. */
export function amountText(amountMinor: number, currency: string): string {
  const places = currencyPlaces(currency) ?? 2;
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
  return format.format(Number(formatDecimal(fromStripeMinor(amountMinor, currency).amount)));
}
