/**
 * Expected outcomes that are not success: one class each, with its facts.
 *
 * A domain verb throws them; the schema turns them into members of its payload unions, or into a top-level error with
 * `extensions.code`. Whatever is not a DomainError is a surprise: it is logged and masked. Errors that need a domain's own types
 * stand beside that domain.
 */
import { shortenEchoes, shortenValue } from './shorten.ts';

export abstract class DomainError extends Error {
  /** SCREAMING_SNAKE, for `extensions.code`. */
  abstract readonly code: string;
  /** True where the same request, sent again, may succeed. */
  readonly retryable: boolean = false;
  /** Whole seconds after which it may; unset where nobody knows. */
  readonly retryAfterSeconds: number | undefined = undefined;
  /** What else `extensions` says, beside the code. */
  readonly facts: CommandIds = {};

  constructor(message: string, options?: ErrorOptions) {
    super(shortenEchoes(message), options);
    this.name = new.target.name;
  }
}

/** By what a command is found again that was done, or that was begun. */
export interface CommandIds {
  /** The entry that it wrote first. */
  readonly entryId?: string;
  readonly purchaseId?: string;
}

/** True where the same may succeed later: the failure is not of what was asked. */
export function isTransient(error: unknown): boolean {
  return error instanceof DomainError && error.retryable;
}

/** One thing that is wrong with an input. */
export interface InputIssue {
  /** Where, in the input: ["items", "0", "price", "amount"]. */
  readonly path: readonly string[];
  /** What would be right. */
  readonly message: string;
}

/** More than anybody mends at once. */
const MAX_ISSUES = 50;

export class InvalidInputError extends DomainError {
  readonly code = 'INVALID_INPUT';
  /** The first of them, where there are very many. */
  readonly issues: readonly InputIssue[];

  constructor(all: readonly InputIssue[]) {
    // A path may hold names that a caller made up.
    const issues = all.slice(0, MAX_ISSUES).map(({ path, message }) => ({ path: path.map(shortenValue), message }));
    const words = issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`);
    super([...words, ...(all.length > MAX_ISSUES ? [`and ${all.length - MAX_ISSUES} more`] : [])].join('; '));
    this.issues = issues;
  }
}

/** @throws InvalidInputError with the one issue. */
export function refuseInput(path: readonly (string | number)[], message: string): never {
  throw new InvalidInputError([{ path: path.map(String), message }]);
}

export class AlreadyExistsError extends DomainError {
  readonly code = 'ALREADY_EXISTS';
  readonly id: string;

  constructor(noun: string, id: string) {
    super(`There is already a ${noun} with the id "${id}".`);
    this.id = id;
  }
}

export class FeatureNotFoundError extends DomainError {
  readonly code = 'FEATURE_NOT_FOUND';
  readonly featureId: string;

  constructor(featureId: string) {
    super(`There is no feature with the id ${JSON.stringify(featureId)}.`);
    this.featureId = featureId;
  }
}

export class PlanNotFoundError extends DomainError {
  readonly code = 'PLAN_NOT_FOUND';
  readonly planId: string;

  constructor(planId: string) {
    super(`There is no plan on sale with the id ${JSON.stringify(planId)}.`);
    this.planId = planId;
  }
}

export class CustomerNotFoundError extends DomainError {
  readonly code = 'CUSTOMER_NOT_FOUND';
  readonly customerId: string;

  constructor(customerId: string) {
    super(`There is no customer with the id ${JSON.stringify(customerId)}. Create it first, with createCustomer.`);
    this.customerId = customerId;
  }
}

export class PurchaseNotFoundError extends DomainError {
  readonly code = 'PURCHASE_NOT_FOUND';
  readonly purchaseId: string;

  constructor(purchaseId: string) {
    super(`There is no purchase with the id ${JSON.stringify(purchaseId)}.`);
    this.purchaseId = purchaseId;
  }
}

export class IdempotencyConflictError extends DomainError {
  readonly code = 'IDEMPOTENCY_CONFLICT';
  readonly idempotencyKey: string;

  constructor(idempotencyKey: string) {
    super(
      `The idempotency key ${JSON.stringify(idempotencyKey)} was used before with another input. Use a new key for a new request.`,
    );
    this.idempotencyKey = idempotencyKey;
  }
}

export class UnauthenticatedError extends DomainError {
  readonly code = 'UNAUTHENTICATED';
}

export class ForbiddenError extends DomainError {
  readonly code = 'FORBIDDEN';
}

/** Too much was asked at once. Nothing was done; the same request may be sent again. */
export class OverloadedError extends DomainError {
  readonly code = 'OVERLOADED';
  override readonly retryable = true;

  constructor(message = 'Too many requests are waiting. Nothing was done: try again in a moment.', options?: ErrorOptions) {
    super(message, options);
  }
}

/** A read took longer than any may. It is ended, and may be tried again: the database may have been slow. */
export class TimedOutError extends DomainError {
  readonly code = 'TIMED_OUT';
  override readonly retryable = true;
}

/** Whoever asked has left, so nothing more is read. Only the log hears of it. */
export class CanceledError extends DomainError {
  readonly code = 'CANCELED';
}

/** Nothing was done: this caller has had as much as it may for now. Others are not affected. */
export class RateLimitedError extends DomainError {
  readonly code = 'RATE_LIMITED';
  override readonly retryable = true;
  override readonly retryAfterSeconds: number;

  /** @param retryAfterSeconds rounded up to whole seconds, 1 at the least. */
  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterSeconds));
  }
}

/** A write that is known not to have happened: the database, or one customer's row of it, could not be had in time. */
export class UnavailableError extends DomainError {
  readonly code = 'UNAVAILABLE';
  override readonly retryable = true;

  constructor(message = 'The database cannot be reached. Nothing was done: try again in a moment.', options?: ErrorOptions) {
    super(message, options);
  }
}

/** A read that failed. It says nothing of any write. */
export class UnreadableError extends DomainError {
  readonly code = 'UNAVAILABLE';
  override readonly retryable = true;
}

/** A command was done and stands; a part of its answer could not be read. Sending it again would do it again, unless it has a key. */
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

/** A part of it is done and stands; the same command again goes on from there. */
export class UnfinishedError extends DomainError {
  readonly code = 'UNAVAILABLE';
  override readonly retryable = true;
  override readonly facts: CommandIds;

  /** @param message says what is done, and that it goes on from there. */
  constructor(message: string, facts: CommandIds, options?: ErrorOptions) {
    super(message, options);
    this.facts = facts;
  }
}

/** The connection was lost: it was done wholly, or not at all. */
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

/** One item of a batch could not be taken, or it is not known whether it was; the others were. */
export class NotTrackedError extends DomainError {
  readonly code = 'NOT_TRACKED';
  override readonly retryable = true;
  /** True where it may be tracked all the same. */
  readonly isUnknown: boolean;

  constructor(options: { readonly cause: unknown }) {
    const known = options.cause instanceof DomainError ? options.cause.message : 'Something unexpected happened.';
    super(`${known} Send this item again, with the same idempotency key.`, options);
    this.isUnknown = !(options.cause instanceof DomainError) || options.cause instanceof OutcomeUnknownError;
  }
}
