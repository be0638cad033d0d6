/**
 * Turns a failed statement into an error that says what it means for its caller: "nothing was done"
 * only for a write that is known not to have happened.
 */
import { DomainError, OutcomeUnknownError, OverloadedError, UnavailableError, UnreadableError } from '../values/errors.ts';
import { failureOf } from './failure.ts';

/** True where the database, or the connection to it, is away. */
export function isDatabaseAway(error: unknown): boolean {
  const kind = failureOf(error)?.kind;
  return kind === 'lost' || kind === 'unreachable';
}

/** True where other transactions held the locks, or a statement ran too long. */
export function isLockTimeout(error: unknown): boolean {
  const kind = failureOf(error)?.kind;
  return kind === 'busy' || kind === 'slow';
}

/**
 * The error of a write that was not committed: nothing was done.
 * @returns the error itself where it is a refusal, or no failure of the database.
 */
export function notDone(error: unknown): unknown {
  const failure = error instanceof DomainError ? undefined : failureOf(error);
  if (!failure) return error;
  if (failure.kind === 'crowded') return new OverloadedError(undefined, { cause: error });
  return new UnavailableError(`${failure.reason} Nothing was done: try again in a moment.`, { cause: error });
}

/**
 * The error of a write whose last step failed: if the connection was lost then, it was done
 * completely or not at all.
 */
export function perhapsDone(error: unknown): unknown {
  if (error instanceof DomainError || failureOf(error)?.kind !== 'lost') return notDone(error);
  return new OutcomeUnknownError({ cause: error });
}

/**
 * The error of a transaction that failed during COMMIT: only the server's own answer is certain.
 */
export function failedCommit(error: unknown): unknown {
  return failureOf(error) ? perhapsDone(error) : new OutcomeUnknownError({ cause: error });
}

/**
 * Runs a write of one statement or transaction.
 * @throws UnavailableError or OverloadedError where nothing was done; OutcomeUnknownError where it
 * may be done.
 */
export async function writing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw perhapsDone(error);
  }
}

/**
 * Runs a read.
 * @throws UnreadableError, or OverloadedError where no connection was free. Neither says anything
 * about a write.
 */
export async function reading<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw notRead(error);
  }
}

/** The error of a read that failed. It says nothing about a write. */
export function notRead(error: unknown): unknown {
  const failure = error instanceof DomainError ? undefined : failureOf(error);
  if (!failure) return error;
  if (failure.kind === 'crowded') return new OverloadedError(`${failure.reason} ${TRY_READING_AGAIN}`, { cause: error });
  return new UnreadableError(`${failure.reason} ${TRY_READING_AGAIN}`, { cause: error });
}

const TRY_READING_AGAIN = 'What was asked could not be read: try again in a moment.';
