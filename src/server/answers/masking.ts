/**
 * Decides which errors a client sees.
 *
 * GraphQL's own errors pass, with a code. A DomainError shows its message and code. Every other
 * error is unexpected: the client gets "Unexpected error." and a request id, and the log gets the
 * error with that id. `maskError` runs where an error arises, and may run twice on the same one.
 * `disclose` runs once on each result that leaves, over HTTP, SSE and WebSocket.
 */
import { GraphQLError, type GraphQLErrorOptions, type GraphQLFormattedError } from 'graphql';
import type { Log } from '../../platform/log.ts';
import { AnswerIncompleteError, DomainError, RateLimitedError, UnauthenticatedError } from '../../values/errors.ts';
import { MissingScopeError } from '../../values/key-scope.ts';
import { coded, isOfAnswer } from './error-codes.ts';
import { isTold, tellRefusal } from './told-errors.ts';

export const MASKED_MESSAGE = 'Unexpected error.';
export const INTERNAL_CODE = 'INTERNAL';

/**
 * The unexpected errors, by the error that is shown instead. A WeakMap, so they are freed once the
 * answer is sent.
 */
const unexpectedErrors = new WeakMap<GraphQLError, unknown>();

export function maskError(error: unknown): GraphQLError {
  const cause = findCause(error);
  if (cause instanceof DomainError) return showDomainError(cause, error);
  if (cause instanceof GraphQLError && !isOfAnswer(error instanceof GraphQLError ? error : cause)) {
    return error instanceof GraphQLError ? error : cause;
  }
  // Yoga turns `unexpected` into status 500 for an answer without data, and removes it from the
  // answer.
  const masked = new GraphQLError(MASKED_MESSAGE, {
    ...locationOf(error),
    extensions: { code: INTERNAL_CODE, unexpected: true },
  });
  unexpectedErrors.set(masked, cause);
  return masked;
}

function showDomainError(cause: DomainError, error: unknown): GraphQLError {
  const location = locationOf(error);
  const { code, retryable, retryAfterSeconds, facts } = cause;
  const shown = new GraphQLError(cause.message, {
    ...location,
    extensions: {
      code,
      ...facts,
      ...(retryable ? { retryable } : {}),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...httpOf(cause, location),
    },
  });
  const readError = cause instanceof AnswerIncompleteError ? cause.cause : undefined;
  if (readError !== undefined && !(readError instanceof DomainError)) unexpectedErrors.set(shown, readError);
  return shown;
}

/**
 * The HTTP status and headers. An error beneath a field leaves the rest of the answer valid, and so
 * the status too.
 */
function httpOf(cause: DomainError, { path }: GraphQLErrorOptions): { readonly http?: object } {
  if (cause instanceof UnauthenticatedError) return { http: { status: 401, headers: { 'www-authenticate': 'Bearer' } } };
  if (cause instanceof MissingScopeError && !path) return { http: { status: 403 } };
  if (cause.retryAfterSeconds === undefined) return {};
  const headers = { 'retry-after': String(cause.retryAfterSeconds) };
  return { http: path ? { headers } : { headers, status: cause instanceof RateLimitedError ? 429 : 503 } };
}

/** GraphQL wraps the error of a resolver, sometimes more than once. */
function findCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

function locationOf(error: unknown): GraphQLErrorOptions {
  if (!(error instanceof GraphQLError)) return {};
  const { nodes = null, source = null, positions = null, path = null } = error;
  return { nodes, source, positions, path };
}

export interface Disclosure {
  readonly requestId: string;
  readonly log: Log;
  /** Suggestions reveal names of fields, so they appear only where introspection is allowed. */
  readonly hideSuggestions: boolean;
}

/**
 * Gives each error of a leaving result its code, logs the unexpected ones, and adds the request id
 * to them.
 */
export function disclose<Result extends { readonly errors?: readonly GraphQLError[] | undefined }>(
  result: Result,
  disclosure: Disclosure,
): Result {
  if (!result.errors?.length) return result;
  return { ...result, errors: result.errors.map((error) => discloseError(error, disclosure)) };
}

export function discloseError(error: GraphQLError, disclosure: Disclosure): GraphQLError {
  const disclosed = shown(error, disclosure);
  const { requestId } = disclosure;
  tellRefusal({ code: String(disclosed.extensions['code']), requestId, isTold: isTold(error) });
  return disclosed;
}

function shown(error: GraphQLError, { requestId, log, hideSuggestions }: Disclosure): GraphQLError {
  const masked = findCause(error);
  if (masked instanceof GraphQLError && unexpectedErrors.has(masked)) {
    log.error({ requestId, err: unexpectedErrors.get(masked), path: error.path?.join('.') }, 'unexpected error');
    return new GraphQLError(error.message, { ...locationOf(error), extensions: { ...error.extensions, requestId } });
  }
  if (!hideSuggestions || !SUGGESTION.test(error.message)) return coded(error);
  // Removes the suggestion before shortening, because a shortened suggestion would still reveal a
  // name.
  return coded(new GraphQLError(error.message.replace(SUGGESTION, ''), { ...locationOf(error), extensions: error.extensions }));
}

const SUGGESTION = / ?Did you mean [^?]+\?/;

/** Removes what Yoga removes from an error before sending it, for the WebSocket transport. */
export function withoutInternals(error: GraphQLError): GraphQLFormattedError {
  const { extensions, ...rest } = error.toJSON();
  const { http: _http, unexpected: _unexpected, lostPush: _lostPush, ...shown } = extensions ?? {};
  return Object.keys(shown).length > 0 ? { ...rest, extensions: shown } : rest;
}
