/**
 * Tells Stripe's two kinds of no apart: the request will never be taken (PaymentRefusedError), or the answer is unknown and
 * the same question should be asked again (everything else, passed on as it came).
 *
 * Only what is wrong with the request itself is a refusal. A wrong key or a missing permission is the operator's mistake and
 * not the purchase's: once it is mended, the same question gets an answer.
 */
import Stripe from 'stripe';
import { PaymentRefusedError } from '../purchases/provider.ts';

/** Runs a call. @throws PaymentRefusedError where Stripe says no for good; whatever else was thrown, as it was. */
export async function asking<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    throw isRefusal(error) ? new PaymentRefusedError(error.message, { cause: error }) : error;
  }
}

export function isRefusal(error: unknown): error is Stripe.errors.StripeInvalidRequestError | Stripe.errors.StripeCardError {
  return error instanceof Stripe.errors.StripeInvalidRequestError || error instanceof Stripe.errors.StripeCardError;
}

/** True where the request names something that this Stripe account does not have. */
export function isMissing(error: unknown, parameter: string): boolean {
  return isRefusal(error) && error.code === 'resource_missing' && error.param === parameter;
}

/** True where the idempotency key was used with another request before. */
export function isKeyConflict(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeIdempotencyError && error.code !== 'idempotency_key_in_use';
}
