/**
 * What went wrong with a call to Stripe where the call itself was not refused: whose fault it is, in words that say what to do, and
 * when to come back. Pure.
 */
import Stripe from 'stripe';
import type { ProviderTrouble } from '../purchases/model/provider.ts';

export interface Failure {
  /** By which the log counts it: one line a minute for each. */
  readonly code: string;
  readonly trouble: ProviderTrouble;
  /** A sentence for the operator. It never contains a key. */
  readonly reason: string;
  readonly retryAfterSeconds: number | undefined;
}

const LONGEST_RETRY_AFTER_SECONDS = 60;

export function failureOf(error: unknown): Failure {
  const told = (code: string, trouble: ProviderTrouble, reason: string): Failure => ({
    code,
    trouble,
    reason,
    retryAfterSeconds: undefined,
  });
  if (error instanceof Stripe.errors.StripeAuthenticationError)
    return told(
      '401',
      'key',
      `Stripe does not take the key (401): put a valid one into STRIPE_SECRET_KEY. Stripe says: ${wordsOf(error)}`,
    );
  if (error instanceof Stripe.errors.StripePermissionError)
    return told('403', 'permission', `The key in STRIPE_SECRET_KEY lacks a permission (403). Stripe says: ${wordsOf(error)}`);
  if (error instanceof Stripe.errors.StripeRateLimitError)
    return { ...told('429', 'busy', 'Stripe was asked too often (429).'), retryAfterSeconds: retryAfterOf(error) };
  if (error instanceof Stripe.errors.StripeIdempotencyError)
    return told('key_in_use', 'busy', `Stripe is still busy with the same call: ${wordsOf(error)}`);
  if (error instanceof Stripe.errors.StripeConnectionError)
    return told('unreachable', 'unreachable', `Stripe cannot be reached: ${wordsOf(error)}`);
  if (error instanceof Stripe.errors.StripeAPIError) {
    const status = String(error.statusCode ?? 'without a status');
    return told(status, 'failed', `Stripe failed (${status}, ${error.requestId || 'no request id'}): ${wordsOf(error)}`);
  }
  const words = error instanceof Error ? error.message : String(error);
  return told('unknown', 'failed', `Stripe could not be asked: ${words}`);
}

/** What Stripe's Retry-After says, or a second. */
export function retryAfterOf(error: Stripe.errors.StripeError): number {
  const seconds = Number(error.headers?.['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(Math.ceil(seconds), LONGEST_RETRY_AFTER_SECONDS) : 1;
}

/** True where Stripe failed by itself: it may or may not have done what was asked, and will not say under this key. */
export function isServerError(error: unknown): error is Stripe.errors.StripeAPIError {
  return error instanceof Stripe.errors.StripeAPIError && (error.statusCode ?? 0) >= 500;
}

/** True where the failure is an earlier one, kept under the idempotency key. */
export function isKeptFailure(error: Stripe.errors.StripeError): boolean {
  return error.headers?.['idempotent-replayed'] === 'true';
}

function wordsOf(error: Stripe.errors.StripeError): string {
  return error.message.trim().replace(/\.?$/, '.');
}
