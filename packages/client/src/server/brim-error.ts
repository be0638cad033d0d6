/**
 * What went wrong between this app and Brim. What Brim decided (a refusal, such as a balance that
 * is too low) is a value and never one of these.
 */
export interface BrimErrorFacts {
  /**
   * True where the same call, sent again, may succeed. With its idempotency key it is never done
   * twice.
   */
  readonly retryable: boolean;
  /**
   * SCREAMING_SNAKE: Brim's own, or NETWORK, TIMEOUT, HTTP, BAD_ANSWER, CLOSED and those of the
   * outbox.
   */
  readonly code: string;
  /** What HTTP said, where there was an answer. */
  readonly status?: number;
  /** Whole seconds before which it will not succeed, where Brim said so. */
  readonly retryAfterSeconds?: number | undefined;
  /** ANSWER_INCOMPLETE: Brim did it and it stands; only a part of the answer could not be read. */
  readonly done?: boolean;
  /** Of what is done, where Brim names it. */
  readonly entryId?: string;
  readonly purchaseId?: string;
  readonly cause?: unknown;
}

export class BrimError extends Error {
  readonly retryable: boolean;
  readonly code: string;
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;
  /**
   * True where Brim did it, and it stands: calling again would do it again, unless with the same
   * idempotency key.
   */
  readonly done: boolean;
  readonly entryId: string | undefined;
  readonly purchaseId: string | undefined;

  constructor(message: string, facts: BrimErrorFacts) {
    const { retryable, code, status, retryAfterSeconds, done = false, entryId, purchaseId, cause } = facts;
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.retryable = retryable;
    this.code = code;
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
    this.done = done;
    this.entryId = entryId;
    this.purchaseId = purchaseId;
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
