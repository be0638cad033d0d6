/**
 * Makes something at Stripe although Stripe failed under its idempotency key.
 *
 * Stripe keeps a 500 under its key for a day, and does not say whether it did what it was asked. So once the failure is known
 * to be the kept one, what may have been made is looked for; only where it is not there is it asked for again, under the key
 * with a number: of the present minute, and of the tries within it. All processes number alike, so mostly they ask the same
 * question; and however long Stripe fails, nobody is blocked for longer than it does and a minute.
 *
 * Only what moves no money by being made may be made so: a payment page, which nobody can pay whose address Brim did not hand
 * out, and a customer.
 */

import { causeOf } from './error-kinds.ts';
import { isKeptFailure, isServerError } from './failure.ts';

export interface NumberedKeyDeps {
  /** What this process knows of keys under which Stripe failed, the newest thousand. */
  readonly failures: Map<string, KnownFailure>;
}

interface KnownFailure {
  readonly error: unknown;
  /** It came twice, or Stripe says that it is an earlier one: asking under this key gives it again for a day. */
  readonly isKept: boolean;
}

export interface Making<Made> {
  readonly key: string;
  readonly make: (key: string) => Promise<Made>;
  /** What an earlier call made, although it said that it failed. */
  readonly findMade: () => Promise<Made | undefined>;
}

const MINUTE_MS = 60_000;
const TRIES_A_MINUTE = 20;
const FAILURES_KNOWN = 1_000;

/** @throws what `make` throws: a 500 that is not kept yet among them, for the same key may still give an answer. */
export async function createWithNumberedKey<Made>(
  { failures }: NumberedKeyDeps,
  { key, make, findMade }: Making<Made>,
): Promise<Made> {
  let kept: unknown;
  let hasLooked = false;
  for (const numbered of [key, ...numbersOf(key)]) {
    const known = failures.get(numbered);
    if (known?.isKept) {
      kept = known.error;
      continue;
    }
    if (kept !== undefined && !hasLooked) {
      const made = await findMade();
      if (made !== undefined) return made;
      // What kept failures hide was made before this began: one look finds it.
      hasLooked = true;
    }
    try {
      return await make(numbered);
    } catch (error) {
      const cause = causeOf(error);
      if (!isServerError(cause)) throw error;
      const isKept = isKeptFailure(cause) || known !== undefined;
      remember(failures, numbered, { error, isKept });
      if (!isKept) throw error;
      kept = error;
    }
  }
  throw kept;
}

function numbersOf(key: string): readonly string[] {
  const minute = Math.floor(Date.now() / MINUTE_MS);
  return Array.from({ length: TRIES_A_MINUTE }, (_, index) => `${key}-${minute}-${index + 1}`);
}

function remember(failures: NumberedKeyDeps['failures'], key: string, failure: KnownFailure): void {
  const [oldest] = failures.keys();
  if (failures.size >= FAILURES_KNOWN && oldest !== undefined) failures.delete(oldest);
  failures.set(key, failure);
}
