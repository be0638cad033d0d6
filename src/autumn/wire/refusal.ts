/** Errors, in the shape in which this wire's clients read them: a message, a code, and the status once more. */

import { HoldNotOpenError } from '../../ledger/model/errors.ts';
import { PaymentFailedError, PlanAlreadyAttachedError } from '../../purchases/model/errors.ts';
import {
  AlreadyExistsError,
  AnswerIncompleteError,
  DomainError,
  ForbiddenError,
  IdempotencyConflictError,
  InvalidInputError,
  OverloadedError,
  RateLimitedError,
  UnauthenticatedError,
} from '../../values/errors.ts';
import type { Verb } from './verb.ts';

/** A moment: whoever waits so long finds the queue shorter, or the database back. */
const RETRY_AFTER_SECONDS = 1;

/** @throws what is no refusal of ours: the server logs and masks it. */
export function toRefusal(error: unknown, words: Verb['words'] = {}): Response {
  if (!(error instanceof DomainError)) throw error;
  const status = statusOf(error);
  const { retryable, retryAfterSeconds = RETRY_AFTER_SECONDS } = error;
  const message = error instanceof InvalidInputError ? inTheirWords(error, words) : error.message;
  return Response.json(refusalShape({ status, code: error.code, message }), {
    status,
    headers: {
      'content-type': 'application/json',
      ...(retryable ? { 'retry-after': String(retryAfterSeconds) } : {}),
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
  });
}

/** What is refused before a verb is asked, and what fails. */
export function refusalShape({ status, code, message }: { status: number; code: string; message: string }): object {
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

/** What every verb calls otherwise than the domain does. */
const WORDS: Readonly<Record<string, string>> = { idempotencyKey: 'idempotency-key', first: 'limit', after: 'start_cursor' };

/** "items.0.price.billing_method: usage-based prices are not supported yet". */
function inTheirWords({ issues }: InvalidInputError, words: Readonly<Record<string, string>>): string {
  const nameOf = (part: string) => words[part] ?? WORDS[part] ?? part.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return issues.map(({ path, message }) => `${path.map(nameOf).join('.') || 'body'}: ${message}`).join('; ');
}
