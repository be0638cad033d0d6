import { shortenEchoes, shortenValue } from './shorten.ts';

export interface DomainErrorOptions extends ErrorOptions {
  /** Left out: {}. */
  readonly facts?: object;
}

/** What every expected outcome has that is not success: errors.ts has them. */
export abstract class DomainError extends Error {
  /** SCREAMING_SNAKE, for `extensions.code`. */
  abstract readonly code: string;
  /** True where the same request may succeed when it is sent again. */
  readonly retryable: boolean = false;
  /** Whole seconds to wait before the retry; unset where it is unknown. */
  readonly retryAfterSeconds: number | undefined = undefined;
  /** What `extensions` contains beside the code, under the names of the fields of its type. */
  readonly facts: object;

  constructor(message: string, { facts = {}, ...options }: DomainErrorOptions = {}) {
    super(shortenEchoes(message), options);
    this.name = new.target.name;
    this.facts = shortenedFacts(facts);
  }
}

/** Ids are the caller's words. */
function shortenedFacts(facts: object): object {
  return Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [name, typeof fact === 'string' ? shortenValue(fact) : fact]),
  );
}

/** True where the same request may succeed later, because the failure was not its own. */
export function isTransient(error: unknown): boolean {
  return error instanceof DomainError && error.retryable;
}
