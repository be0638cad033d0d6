/**
 * Expected outcomes that are not success: one class for each, with its facts.
 *
 * A domain verb throws them. The schema turns them into members of its payload unions, or into a
 * top-level error with `extensions.code`. Every other error is unexpected: it is logged and masked.
 * Errors that need a domain's own types are defined in that domain.
 */
import { DomainError } from './domain-error.ts';
import type { InputIssueCode } from './issue-codes.ts';
import { shortenValue } from './shorten.ts';

export { DomainError, isTransient } from './domain-error.ts';

/** The ids by which a caller finds a command that was done or begun. */
export interface CommandIds {
  /** The first entry that it wrote. */
  readonly entryId?: string;
  readonly purchaseId?: string;
}

/** One problem of an input. */
export interface InputIssue {
  /** The path in the input: ["items", "0", "price", "amount"]. */
  readonly path: readonly string[];
  /** Says what would be right. */
  readonly message: string;
  /** Left out: INVALID, because none of the others says it. */
  readonly code?: InputIssueCode;
}

/** More than anybody corrects at once. */
const MAX_ISSUES = 50;

export class InvalidInputError extends DomainError {
  readonly code = 'INVALID_INPUT';
  /** The first issues, where there are very many. */
  readonly issues: readonly Required<InputIssue>[];

  constructor(all: readonly InputIssue[]) {
    // A path may contain names that a caller invented.
    const issues = all
      .slice(0, MAX_ISSUES)
      .map(({ path, message, code = 'INVALID' }) => ({ path: path.map(shortenValue), message, code }));
    const words = issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`);
    super([...words, ...(all.length > MAX_ISSUES ? [`and ${all.length - MAX_ISSUES} more`] : [])].join('; '), {
      facts: { issues },
    });
    this.issues = issues;
  }
}

/** @throws InvalidInputError with the one issue. */
export function refuseInput(path: readonly (string | number)[], message: string, code: InputIssueCode = 'INVALID'): never {
  throw new InvalidInputError([{ path: path.map(String), message, code }]);
}

export class AlreadyExistsError extends DomainError {
  readonly code = 'ALREADY_EXISTS';
  readonly id: string;

  constructor(noun: string, id: string, called = 'id') {
    super(`There is already a ${noun} with the ${called} "${id}".`, { facts: { id } });
    this.id = id;
  }
}

export class FeatureNotFoundError extends DomainError {
  readonly code = 'FEATURE_NOT_FOUND';
  readonly featureId: string;

  constructor(featureId: string) {
    super(`There is no feature with the id ${JSON.stringify(featureId)}.`, { facts: { featureId } });
    this.featureId = featureId;
  }
}

export class PlanNotFoundError extends DomainError {
  readonly code = 'PLAN_NOT_FOUND';
  readonly planId: string;

  constructor(planId: string) {
    super(`There is no plan on sale with the id ${JSON.stringify(planId)}.`, { facts: { planId } });
    this.planId = planId;
  }
}

export class CustomerNotFoundError extends DomainError {
  readonly code = 'CUSTOMER_NOT_FOUND';
  readonly customerId: string;

  constructor(customerId: string) {
    super(`There is no customer with the id ${JSON.stringify(customerId)}. Create it first, with createCustomer.`, {
      facts: { customerId },
    });
    this.customerId = customerId;
  }
}

export class PurchaseNotFoundError extends DomainError {
  readonly code = 'PURCHASE_NOT_FOUND';
  readonly purchaseId: string;

  constructor(purchaseId: string) {
    super(`There is no purchase with the id ${JSON.stringify(purchaseId)}.`, { facts: { purchaseId } });
    this.purchaseId = purchaseId;
  }
}

export class IdempotencyConflictError extends DomainError {
  readonly code = 'IDEMPOTENCY_CONFLICT';
  readonly idempotencyKey: string;

  constructor(idempotencyKey: string) {
    super(
      `The idempotency key ${JSON.stringify(idempotencyKey)} was used before with another input. Use a new key for a new request.`,
      { facts: { idempotencyKey } },
    );
    this.idempotencyKey = idempotencyKey;
  }
}

export class UnauthenticatedError extends DomainError {
  readonly code = 'UNAUTHENTICATED';
}

export class ForbiddenError extends DomainError {
  readonly code: 'FORBIDDEN' | 'MISSING_SCOPE' = 'FORBIDDEN';
}

/** Too many requests at once. Nothing was done; the request may be sent again. */
export class OverloadedError extends DomainError {
  readonly code = 'OVERLOADED';
  override readonly retryable = true;

  constructor(message = 'Too many requests are waiting. Nothing was done: try again in a moment.', options?: ErrorOptions) {
    super(message, options);
  }
}

/** A read was stopped at its time limit. It may be tried again: the database may have been slow. */
export class TimedOutError extends DomainError {
  readonly code = 'TIMED_OUT';
  override readonly retryable = true;
}

/** The caller has disconnected, so nothing more is read. Only the log shows it. */
export class CanceledError extends DomainError {
  readonly code = 'CANCELED';
}

/** Nothing was done: this caller has used up its budget. Other callers are not affected. */
export class RateLimitedError extends DomainError {
  readonly code = 'RATE_LIMITED';
  override readonly retryable = true;
  override readonly retryAfterSeconds: number;

  /** @param retryAfterSeconds Rounded up to whole seconds, 1 at least. */
  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterSeconds));
  }
}

/** Nothing was written: the database, or one customer's row, was not available in time. */
export class UnavailableError extends DomainError {
  readonly code = 'UNAVAILABLE';
  override readonly retryable = true;

  constructor(message = 'The database cannot be reached. Nothing was done: try again in a moment.', options?: ErrorOptions) {
    super(message, options);
  }
}

/** A read that failed. It says nothing about any write. */
export class UnreadableError extends DomainError {
  readonly code = 'UNAVAILABLE';
  override readonly retryable = true;
}

/** The command was done, but its answer cannot be read. Without a key it must not be sent again. */
export class AnswerIncompleteError extends DomainError {
  readonly code = 'ANSWER_INCOMPLETE';
  override readonly facts: CommandIds;

  constructor(facts: CommandIds, options?: ErrorOptions) {
    super(
      'This was done, and it stands. A part of the answer could not be read: ask for that part again, and do not send the command ' +
        'again unless it has an idempotency key.',
      options,
    );
    this.facts = facts;
  }
}

/** A part of the command was done. The same command, sent again, continues from there. */
export class UnfinishedError extends DomainError {
  readonly code = 'UNAVAILABLE';
  override readonly retryable = true;
  override readonly facts: CommandIds;

  /** @param message Says what was done, and that a retry continues from there. */
  constructor(message: string, facts: CommandIds, options?: ErrorOptions) {
    super(message, options);
    this.facts = facts;
  }
}

/** The connection was lost: the command was done completely or not at all. */
export class OutcomeUnknownError extends DomainError {
  readonly code = 'OUTCOME_UNKNOWN';
  override readonly retryable = true;

  constructor(options?: ErrorOptions) {
    super(
      'The connection to the database was lost, so it is not known whether this was done: wholly, or not at all. ' +
        'Try again, where there was an idempotency key with the same one: then it is done once.',
      options,
    );
  }
}

/** One item of a batch was not tracked, or it is unknown whether; the others were tracked. */
export class NotTrackedError extends DomainError {
  readonly code = 'NOT_TRACKED';
  override readonly retryable = true;
  /** True where it may have been tracked. */
  readonly isUnknown: boolean;

  constructor(options: { readonly cause: unknown }) {
    const known = options.cause instanceof DomainError ? options.cause.message : 'Something unexpected happened.';
    super(`${known} Send this item again, with the same idempotency key.`, options);
    this.isUnknown = !(options.cause instanceof DomainError) || options.cause instanceof OutcomeUnknownError;
  }
}
