/**
 * Every call to Stripe goes through here. Reads take turns and are repeated when Stripe says so. A
 * failure is classified (refused for good, missing at Stripe, or not known) and logged.
 */
import Stripe from 'stripe';
import { facts } from '../platform/facts.ts';
import type { Log } from '../platform/log.ts';
import { MissingAtProviderError, PaymentProviderError, PaymentRefusedError } from '../purchases/model/provider.ts';
import { isRefusal } from './error-kinds.ts';
import { failureOf, retryAfterOf } from './failure.ts';
import { openFailureLog } from './failure-log.ts';
import { type Limiter, TooManyReadsError } from './read-limiter.ts';

export interface StripeCalls {
  /**
   * Runs a call that changes nothing, in its turn; again where Stripe answers that it is asked too
   * often.
   * @throws MissingAtProviderError, PaymentRefusedError, PaymentProviderError; the SDK's error is
   * the cause.
   */
  read<Answer>(call: () => Promise<Answer>): Promise<Answer>;
  /** Runs a call that changes something, at once. @throws as `read` does. */
  write<Answer>(call: () => Promise<Answer>): Promise<Answer>;
}

const READ_ATTEMPTS = 3;
/** Where Stripe asks for a longer pause, the caller has to come back. */
const LONGEST_PAUSE_SECONDS = 5;

export function stripeCalls({ limiter, log }: { readonly limiter: Limiter; readonly log: Log }): StripeCalls {
  const logFailure = openFailureLog(log);

  const translated = (error: unknown): Error => {
    if (isMissingObject(error)) return new MissingAtProviderError(error.message, { cause: error });
    if (isRefusal(error)) return new PaymentRefusedError(error.message, { cause: error });
    logFailure(error);
    const { trouble, reason, retryAfterSeconds } = failureOf(error);
    return new PaymentProviderError(trouble, reason, { cause: error, retryAfterSeconds });
  };

  async function readOnce<Answer>(call: () => Promise<Answer>, attemptsLeft: number): Promise<Answer> {
    try {
      await limiter.take();
      return await call();
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeRateLimitError)) throw error;
      const seconds = retryAfterOf(error);
      limiter.pause(seconds * 1_000);
      if (attemptsLeft === 1 || seconds > LONGEST_PAUSE_SECONDS) throw error;
      logFailure(error);
      return readOnce(call, attemptsLeft - 1);
    }
  }

  return {
    read: (call) =>
      timed('read', () => readOnce(call, READ_ATTEMPTS)).catch((error: unknown) => {
        throw error instanceof TooManyReadsError
          ? new PaymentProviderError('busy', error.message, { cause: error, retryAfterSeconds: 1 })
          : translated(error);
      }),
    write: (call) =>
      timed('write', call).catch((error: unknown) => {
        if (error instanceof Stripe.errors.StripeRateLimitError) limiter.pause(retryAfterOf(error) * 1_000);
        throw translated(error);
      }),
  };
}

const made = facts('stripe');

/** The time of a read has what it waited for its turn. */
async function timed<Answer>(kind: 'read' | 'write', call: () => Promise<Answer>): Promise<Answer> {
  if (!made.isHeard) return call();
  const startedMs = performance.now();
  let outcome: 'answered' | 'failed' = 'failed';
  try {
    const answer = await call();
    outcome = 'answered';
    return answer;
  } finally {
    made.publish({ kind, outcome, ms: performance.now() - startedMs });
  }
}

/**
 * True where the present key does not see the named object: it never existed, is gone, or belongs
 * to another account or mode.
 */
function isMissingObject(error: unknown): error is Stripe.errors.StripeInvalidRequestError {
  return isRefusal(error) && error.statusCode === 404 && error.code === 'resource_missing';
}
