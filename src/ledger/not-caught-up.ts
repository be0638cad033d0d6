import { isTransient, UnreadableError } from '../values/errors.ts';

/** A reader asked for no write, so a failed catch-up is reported as a failed read. */
export function notCaughtUp(error: unknown): never {
  if (!isTransient(error)) throw error;
  throw new UnreadableError(
    'What time brings to this account could not be done just now, so it could not be read: try again in a moment.',
    { cause: error },
  );
}
