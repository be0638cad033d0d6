/** What Stripe can charge, for the catalogue and for offers. */
import type { ChargeRules } from '../../purchases/model/charge-rules.ts';
import { decimal, fromMinorUnits } from '../../values/decimal.ts';
import { GREATEST_AMOUNT_MINOR, stripeCounting } from './minor-units.ts';
import { SMALLEST_CHARGES } from './smallest-charges.ts';

export const stripeChargeRules: ChargeRules = (currency) => {
  const counting = stripeCounting(currency);
  if (counting === undefined) return undefined;
  const { places, stepMinor } = counting;
  const step = fromMinorUnits(BigInt(stepMinor), places);
  return {
    step,
    smallest: decimal(SMALLEST_CHARGES[currency] ?? 0) || step,
    largest: fromMinorUnits(BigInt(GREATEST_AMOUNT_MINOR), places),
  };
};
