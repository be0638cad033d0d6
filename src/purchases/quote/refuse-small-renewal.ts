import { refuseInput } from '../../values/errors.ts';
import { formatMoney } from '../../values/money.ts';
import type { ChargeRules } from '../model/charge-rules.ts';
import { type Quote, sumOf } from './quote.ts';

/**
 * Refuses quantities whose renewals the payment provider would not charge, although the first
 * payment, with what is paid once, comes to enough.
 * @throws InvalidInputError.
 */
export function refuseSmallRenewal<Quoted extends Quote>(quoted: Quoted, chargeRules: ChargeRules): Quoted {
  const renewal = sumOf(quoted.lines.filter(({ interval }) => interval !== null));
  const smallest = renewal && chargeRules(renewal.currency)?.smallest;
  if (!renewal || smallest === null || smallest === undefined || renewal.amount >= smallest) return quoted;
  const least = formatMoney({ amount: smallest, currency: renewal.currency });
  return refuseInput(
    ['featureQuantities'],
    `must come to more: each renewal would charge ${formatMoney(renewal)}, and nothing below ${least} can be charged`,
    'TOO_SMALL',
  );
}
