/**
 * Why a bank refuses a charge, as Stripe says it. Source: https://docs.stripe.com/declines/codes.
 */
import type Stripe from 'stripe';

export interface Refusal {
  /** Stripe's code: `card_declined`, or one of its own, such as `authentication_required`. */
  readonly code: string;
  readonly declineCode?: string | undefined;
  /** Whether another try can help: `try_again_later`, `do_not_try_again`, `confirm_card_data`. */
  readonly adviceCode?: string | undefined;
  readonly message: string;
}

const MESSAGES: Readonly<Record<string, string>> = {
  authentication_required:
    'Your card was declined. This transaction requires authentication. Please check your card is enrolled in 3D Secure and try again.',
  card_velocity_exceeded: 'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
  expired_card: 'Your card has expired.',
  incorrect_cvc: "Your card's security code is incorrect.",
  insufficient_funds: 'Your card has insufficient funds.',
  processing_error: 'An error occurred while processing your card. Try again in a little bit.',
};

/** The codes that stand in `code`; every other decline has `card_declined` there. */
const OWN_CODES = new Set(['authentication_required', 'expired_card', 'incorrect_cvc', 'processing_error']);

/** @param declineCode such as `insufficient_funds`. */
export function refusal(declineCode: string, adviceCode?: string): Refusal {
  return {
    code: OWN_CODES.has(declineCode) ? declineCode : 'card_declined',
    declineCode,
    adviceCode,
    message: MESSAGES[declineCode] ?? 'Your card was declined.',
  };
}

export const AUTHENTICATION_REQUIRED = refusal('authentication_required');

/** A bank debit that did not arrive. */
export const DEBIT_FAILED: Refusal = {
  code: 'payment_method_provider_decline',
  message: 'The bank did not make the payment.',
};

/** The refusal in the shape of a card error. */
export function paymentErrorOf(
  { code, declineCode, adviceCode, message }: Refusal,
  { charge, method }: { readonly charge?: string | undefined; readonly method: Stripe.PaymentMethod },
): Stripe.PaymentIntent.LastPaymentError {
  return {
    type: 'card_error',
    code,
    ...(declineCode === undefined ? {} : { decline_code: declineCode }),
    ...(adviceCode === undefined ? {} : { advice_code: adviceCode }),
    ...(charge === undefined ? {} : { charge }),
    message,
    payment_method: method,
    payment_method_type: method.type,
  };
}
