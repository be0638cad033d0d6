/**
 * The kinds of Stripe's errors. A refusal is an error of the request itself: Stripe will never
 * accept the same request.
 *
 * A wrong key or a missing permission is no refusal. The operator can mend it, and then the same
 * request gets an answer.
 */
import Stripe from 'stripe';

type Refusal = Stripe.errors.StripeInvalidRequestError | Stripe.errors.StripeCardError;

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Stripe.errors.StripeInvalidRequestError || error instanceof Stripe.errors.StripeCardError;
}

/** Stripe's own error behind one of ours. */
export function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Stripe.errors.StripeError ? error.cause : error;
}

/** True where this parameter names an object that the account does not have. */
export function isMissing(error: unknown, parameter: string): boolean {
  const cause = causeOf(error);
  return isRefusal(cause) && cause.code === 'resource_missing' && cause.param === parameter;
}

/** True where Stripe refuses only the e-mail address. */
export function isEmailRefused(error: unknown): boolean {
  const cause = causeOf(error);
  return isRefusal(cause) && (cause.param === 'email' || cause.code === 'email_invalid');
}

/** True where the idempotency key was used with another request before. */
export function isKeyConflict(error: unknown): boolean {
  const cause = causeOf(error);
  return cause instanceof Stripe.errors.StripeIdempotencyError && cause.code !== 'idempotency_key_in_use';
}

/** How a bank declined a charge; undefined where the error is another one. */
export function declineOf(error: unknown): Stripe.errors.StripeCardError | undefined {
  const cause = causeOf(error);
  return cause instanceof Stripe.errors.StripeCardError ? cause : undefined;
}

/** The payment intent of a charge that a bank declined; undefined where it is another error. */
export function declinedIntent(error: unknown): Stripe.PaymentIntent | undefined {
  return declineOf(error)?.payment_intent;
}
