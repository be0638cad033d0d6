/**
 * Describes a failed call that Stripe did not refuse: who has to act, what to do, and when to come
 * back. Pure.
 */
import Stripe from 'stripe';
import type { ProviderTrouble } from '../purchases/model/provider.ts';

export interface Failure {
  /** The log writes one line a minute for each code. */
  readonly code: string;
  readonly trouble: ProviderTrouble;
  /** A sentence for the operator. It never contains a key. */
  readonly reason: string;
  readonly retryAfterSeconds: number | undefined;
}

const LONGEST_RETRY_AFTER_SECONDS = 60;

export function failureOf(error: unknown): Failure {
  const failure = (code: string, trouble: ProviderTrouble, reason: string): Failure => ({
    code,
    trouble,
    reason,
    retryAfterSeconds: undefined,
  });
  if (error instanceof Stripe.errors.StripeAuthenticationError)
    return failure(
      '401',
      'key',
      `Stripe does not take the key (401): put a valid one into STRIPE_SECRET_KEY. Stripe says: ${wordsOf(error)}`,
    );
  if (error instanceof Stripe.errors.StripePermissionError)
    return failure('403', 'permission', `The key in STRIPE_SECRET_KEY lacks a permission (403). Stripe says: ${wordsOf(error)}`);
  if (error instanceof Stripe.errors.StripeRateLimitError)
    return { ...failure('429', 'busy', 'Stripe was asked too often (429).'), retryAfterSeconds: retryAfterOf(error) };
  if (error instanceof Stripe.errors.StripeIdempotencyError)
    return failure('key_in_use', 'busy', `Stripe is still busy with the same call: ${wordsOf(error)}`);
  if (error instanceof Stripe.errors.StripeConnectionError)
    return failure('unreachable', 'unreachable', `Stripe cannot be reached: ${wordsOf(error)}`);
  if (error instanceof Stripe.errors.StripeAPIError) {
    const status = String(error.statusCode ?? 'without a status');
    return failure(status, 'failed', `Stripe failed (${status}, ${error.requestId || 'no request id'}): ${wordsOf(error)}`);
  }
  const words = error instanceof Error ? error.message : String(error);
  return failure('unknown', 'failed', `Stripe could not be asked: ${words}`);
}

/** The seconds of Stripe's Retry-After; 1 where it names none. */
export function retryAfterOf(error: Stripe.errors.StripeError): number {
  const seconds = Number(error.headers?.['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(Math.ceil(seconds), LONGEST_RETRY_AFTER_SECONDS) : 1;
}

/**
 * True where Stripe itself failed. It may have done what was asked, and does not say so under this
 * key.
 */
export function isServerError(error: unknown): error is Stripe.errors.StripeAPIError {
  return error instanceof Stripe.errors.StripeAPIError && (error.statusCode ?? 0) >= 500;
}

/** True where Stripe repeats an earlier failure that it keeps under the idempotency key. */
export function isKeptFailure(error: Stripe.errors.StripeError): boolean {
  return error.headers?.['idempotent-replayed'] === 'true';
}

function wordsOf(error: Stripe.errors.StripeError): string {
  return error.message.trim().replace(/\.?$/, '.');
}
