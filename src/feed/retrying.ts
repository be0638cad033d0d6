import type { Log } from '../platform/log.ts';
import { DomainError } from '../values/errors.ts';
import type { Waiter } from './stream.ts';

export const RETRY_MS = 1_000;

/**
 * Retries a read while the database cannot be reached, until the reader leaves: then undefined.
 * @throws an error that does not pass.
 */
export async function untilAnswered<Answer>(waiter: Waiter, log: Log, ask: () => Promise<Answer>): Promise<Answer | undefined> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof DomainError && error.retryable)) throw error;
      log.warn({ err: error }, 'feed: the ledger could not be read; trying again');
    }
    await waiter.wait(RETRY_MS);
    if (waiter.stopped) return undefined;
  }
}
