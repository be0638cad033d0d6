/**
 * Makes an object at Stripe although Stripe failed under its idempotency key.
 *
 * Stripe keeps a 500 under its key for a day and does not say whether it made the object. So once a
 * failure is known to be kept, Brim looks for the object. If it is not there, Brim asks again under
 * the key with a number: the present minute and the try within it. All processes number alike, so
 * mostly they send the same request. A failing Stripe delays a customer by at most a minute beyond
 * its own recovery.
 *
 * Use this only for objects that move no money by being made: a customer, and a payment page, whose
 * address Brim has given to nobody yet.
 */
import { causeOf } from './error-kinds.ts';
import { isKeptFailure, isServerError } from './failure.ts';

export interface NumberedKeyDeps {
  /** The keys under which Stripe failed, as far as this process knows: the newest thousand. */
  readonly failures: Map<string, KnownFailure>;
}

interface KnownFailure {
  readonly error: unknown;
  /**
   * It came twice, or Stripe says that it repeats an earlier one. This key gives the same failure
   * for a day.
   */
  readonly isKept: boolean;
}

export interface Making<Made> {
  readonly key: string;
  readonly make: (key: string) => Promise<Made>;
  /** Finds what an earlier call made in spite of its failure. */
  readonly findMade: () => Promise<Made | undefined>;
}

const MINUTE_MS = 60_000;
const TRIES_A_MINUTE = 20;
const FAILURES_KNOWN = 1_000;

/** @throws what `make` throws; also a first 500, because the same key may still give an answer. */
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
      // Kept failures are older than this call, so one look finds all that they made.
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
