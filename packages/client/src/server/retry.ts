/**
 * Retries a call after a random wait that doubles each time, so that many clients do not come back
 * at one moment. Where Brim says how long to wait, the wait is at least as long.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { backOffMs } from '../back-off.ts';
import { BrimError } from './brim-error.ts';

export interface RetryOptions {
  /** Attempts after the first. Default: 4. */
  readonly retries?: number;
  /**
   * The longest wait before the first retry, in ms. Each later one may be twice as long. Default:
   * 200.
   */
  readonly retryDelayMs?: number;
}

const RETRIES = 4;
const RETRY_DELAY_MS = 200;
const WAITS = { longestMs: 30_000, leastShare: 0.5 };
/**
 * The longest wait within a call. Where Brim asks for a longer one, the call fails at once with its
 * `retryAfterSeconds`.
 */
const RETRY_AFTER_MAX_MS = 30_000;

export interface Retrying extends RetryOptions {
  readonly signal?: AbortSignal;
}

/** The first success. @throws BrimError, that of the last attempt. */
export async function withRetries<Value>(attempt: () => Promise<Value>, options: Retrying): Promise<Value> {
  const { retries = RETRIES, signal } = options;
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof BrimError) || !error.retryable || failures >= retries) throw error;
      if (retryAfterMs(error) > RETRY_AFTER_MAX_MS) throw error;
      await wait(retryDelayMs(failures, options, error), undefined, signal ? { signal } : {}).catch(() => undefined);
      if (signal?.aborted) throw error;
    }
  }
}

/**
 * Between half and all of the delay that the number of failures before it makes due; after what
 * Brim said, where the error says so.
 */
export function retryDelayMs(failures: number, { retryDelayMs: first = RETRY_DELAY_MS }: RetryOptions, error?: unknown): number {
  const delay = backOffMs(failures, { ...WAITS, firstMs: first });
  const toldMs = retryAfterMs(error);
  return toldMs > 0 ? toldMs + Math.min(delay, RETRY_DELAY_MS) : delay;
}

/** 0 where nothing was said. */
export function retryAfterMs(error: unknown): number {
  return error instanceof BrimError ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
}
