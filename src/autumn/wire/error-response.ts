/** Errors as clients of this wire read them: a message, a code, and the HTTP status again. */

import { HoldNotOpenError } from '../../ledger/model/errors.ts';
import { PaymentFailedError, PlanAlreadyAttachedError } from '../../purchases/model/errors.ts';
import {
  AlreadyExistsError,
  AnswerIncompleteError,
  type DomainError,
  ForbiddenError,
  IdempotencyConflictError,
  InvalidInputError,
  OverloadedError,
  RateLimitedError,
  UnauthenticatedError,
} from '../../values/errors.ts';
import type { Verb } from './verb.ts';

/** How long a client waits before it retries, where an error does not say. */
const RETRY_AFTER_SECONDS = 1;

export function toErrorResponse(error: DomainError, names: Verb['names'] = {}): Response {
  const status = statusOf(error);
  const { retryable, retryAfterSeconds = RETRY_AFTER_SECONDS } = error;
  const message = error instanceof InvalidInputError ? withWireNames(error, names) : error.message;
  return Response.json(toErrorBody({ status, code: error.code, message }), {
    status,
    headers: {
      'content-type': 'application/json',
      ...(retryable ? { 'retry-after': String(retryAfterSeconds) } : {}),
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
  });
}

/** The body of an error, also of one that the server answers before it calls a verb. */
export function toErrorBody({ status, code, message }: { status: number; code: string; message: string }): object {
  return { message, code: code.toLowerCase(), statusCode: status };
}

const CONFLICTS = [AlreadyExistsError, IdempotencyConflictError, HoldNotOpenError, PlanAlreadyAttachedError];

function statusOf(error: DomainError): number {
  if (error instanceof UnauthenticatedError) return 401;
  if (error instanceof PaymentFailedError) return 402;
  if (error instanceof ForbiddenError) return 403;
  if (error.code.endsWith('_NOT_FOUND')) return 404;
  if (CONFLICTS.some((conflict) => error instanceof conflict)) return 409;
  if (error instanceof OverloadedError || error instanceof RateLimitedError) return 429;
  if (error instanceof AnswerIncompleteError) return 500;
  return error.retryable ? 503 : 400;
}

/** The names that every verb uses instead of the domain's. */
const NAMES: Readonly<Record<string, string>> = { idempotencyKey: 'idempotency-key', first: 'limit', after: 'start_cursor' };

/**
 * The message with the field names of this wire: "items.0.price.billing_method: usage-based prices
 * are not supported yet".
 */
function withWireNames({ issues }: InvalidInputError, names: Readonly<Record<string, string>>): string {
  const nameOf = (part: string) => names[part] ?? NAMES[part] ?? part.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return issues.map(({ path, message }) => `${path.map(nameOf).join('.') || 'body'}: ${message}`).join('; ');
}
