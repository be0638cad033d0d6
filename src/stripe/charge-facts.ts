/**
 * Turns payment intents of saved methods into what purchases know of them. Pure.
 *
 * Which declines only another method mends: https://docs.stripe.com/declines/codes.
 */
import type Stripe from 'stripe';
import type { ChargeState, FailedCharge, MethodCharge } from '../purchases/model/provider-charges.ts';
import { installationOf, paymentOf, purchaseOf } from './checkout.ts';
import { fromStripeMinor } from './wire/minor-units.ts';

/** Stripe's advice says most of it; the codes are those of banks that give none. */
const ADVICE = new Set(['do_not_try_again', 'confirm_card_data']);
const FINAL_CODES = new Set([
  ...['lost_card', 'stolen_card', 'pickup_card', 'restricted_card', 'expired_card', 'invalid_account'],
  ...['fraudulent', 'merchant_blacklist', 'revocation_of_authorization', 'revocation_of_all_authorizations'],
  ...['stop_payment_order', 'transaction_not_allowed', 'currency_not_supported', 'incorrect_number'],
]);

export function toMethodCharge(intent: Stripe.PaymentIntent, account: string | null): MethodCharge {
  const { id, amount, currency, metadata, latest_charge: charge, livemode: live } = intent;
  return {
    id,
    paymentId: paymentOf({ metadata }),
    purchaseId: purchaseOf({ metadata }),
    installationId: installationOf({ metadata }),
    amount: fromStripeMinor(amount, currency),
    receiptUrl: charge === null || typeof charge === 'string' ? null : charge.receipt_url,
    state: stateOf(intent),
    openedIn: { account, live },
  };
}

function stateOf({ status, last_payment_error: error }: Stripe.PaymentIntent): ChargeState {
  if (status === 'succeeded') return { status: 'succeeded' };
  if (status === 'processing') return { status: 'processing' };
  const facts = error ? failureOf(error) : NO_REASON;
  return { status: status === 'canceled' ? 'canceled' : 'failed', ...facts };
}

type FailureFacts = Omit<FailedCharge, 'status'>;

const NO_REASON: FailureFacts = {
  code: null,
  reason: 'The payment was not completed.',
  needsAnotherMethod: false,
};

export function failureOf({
  code,
  decline_code,
  advice_code,
  message,
}: Pick<Stripe.PaymentIntent.LastPaymentError, 'code' | 'decline_code' | 'advice_code' | 'message'>): FailureFacts {
  const known = decline_code ?? code ?? null;
  return {
    code: known,
    reason: message ?? 'The payment was declined.',
    needsAnotherMethod: ADVICE.has(advice_code ?? '') || FINAL_CODES.has(known ?? ''),
  };
}
