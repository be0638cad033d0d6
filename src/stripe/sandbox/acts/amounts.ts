/** The amounts that Stripe charges. */
import { stripeChargeRules } from '../../wire/charge-rules.ts';
import { fromStripeMinor, GREATEST_AMOUNT_MINOR, stripeCounting, toStripeMinor } from '../../wire/minor-units.ts';
import { amountText } from '../wire/amount-text.ts';
import { refusedParam } from '../wire/api-error.ts';

/** @throws SandboxApiError where Stripe would not charge this amount. */
export function requireChargeable({ amount, currency }: { readonly amount: number; readonly currency: string }): void {
  const counting = stripeCounting(currency);
  if (counting === undefined) throw refusedParam('currency', `Invalid currency: ${currency}`);
  if (amount % counting.stepMinor !== 0)
    throw refusedParam('amount', `Invalid amount: ${currency} must be a multiple of ${counting.stepMinor}.`);
  if (amount > GREATEST_AMOUNT_MINOR)
    throw refusedParam('amount', `Amount must be no more than ${GREATEST_AMOUNT_MINOR} minor units.`, 'amount_too_large');
  const smallest = smallestOf(currency);
  if (fromStripeMinor(amount, currency).amount < smallest) {
    const words = amountText(Number(toStripeMinor({ amount: smallest, currency })), currency);
    throw refusedParam('amount', `Amount must be at least ${words} ${currency}`, 'amount_too_small');
  }
}

function smallestOf(currency: string): bigint {
  return stripeChargeRules(currency)?.smallest ?? 0n;
}
