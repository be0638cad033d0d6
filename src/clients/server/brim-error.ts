/**
 * What went wrong between this app and Brim. What Brim decided (a refusal, such as a balance that is too low) is a value and never one
 * of these.
 */
export interface BrimErrorFacts {
  /** True where the same call, sent again, may succeed. With its idempotency key it is never done twice. */
  readonly retryable: boolean;
  /** SCREAMING_SNAKE: Brim's own, or NETWORK, TIMEOUT, HTTP, BAD_ANSWER, CLOSED and those of the outbox. */
  readonly code: string;
  /** What HTTP said, where there was an answer. */
  readonly status?: number;
  /** Whole seconds before which it will not succeed, where Brim said so. */
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

export class BrimError extends Error {
  readonly retryable: boolean;
  readonly code: string;
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, { retryable, code, status, retryAfterSeconds, cause }: BrimErrorFacts) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.retryable = retryable;
    this.code = code;
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Nothing was sent and nothing was kept: the outbox holds as much as it may. */
export class OutboxFullError extends BrimError {
  readonly pending: number;

  constructor(pending: number, bound: string) {
    super(`The outbox is full: ${pending} tracks wait for Brim, and it may hold ${bound}. This track was not taken.`, {
      retryable: true,
      code: 'OUTBOX_FULL',
    });
    this.pending = pending;
  }
}
