/**
 * Knows Stripe's refusals: what is wrong with the request itself, so that the same request will never be taken.
 *
 * A wrong key or a missing permission is none: it is the operator's mistake and not the purchase's. Once it is mended, the same
 * question gets an answer.
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

/** True where Stripe's reason is that this parameter names something that the account does not have. */
export function isMissing(error: unknown, parameter: string): boolean {
  const cause = causeOf(error);
  return isRefusal(cause) && cause.code === 'resource_missing' && cause.param === parameter;
}

/** True where Stripe takes all but the e-mail address, which is none to it. */
export function isEmailRefused(error: unknown): boolean {
  const cause = causeOf(error);
  return isRefusal(cause) && (cause.param === 'email' || cause.code === 'email_invalid');
}

/** True where the idempotency key was used with another request before. */
export function isKeyConflict(error: unknown): boolean {
  const cause = causeOf(error);
  return cause instanceof Stripe.errors.StripeIdempotencyError && cause.code !== 'idempotency_key_in_use';
}
