/**
 * Ends a subscription whose push cannot be read now, but may be readable in a moment.
 *
 * An error in place of the push would lose it: the stream has moved past it, and its reader has no
 * cursor to ask for it again. So the stream ends in a way to which clients respond by subscribing
 * again: a socket closes with 1013, an event stream is cut without `complete`, and a subscription
 * that is not open yet is refused with 503. The reader then resumes after its last message. An
 * exceeded budget does not end the stream, because the push waits for the budget before anything is
 * read. A field that is rate limited does.
 */
import { type ExecutionResult, GraphQLError } from 'graphql';
import { maskError } from './masking.ts';

const MARK = 'lostPush';

/**
 * Ends the stream in which it is thrown. It is a GraphQLError because masking leaves those
 * unchanged.
 */
export class LostPush extends GraphQLError {
  /** @param cause The error of the read that failed. */
  constructor(cause: GraphQLError) {
    const { message, extensions } = maskError(cause);
    super(`${message} Subscribe again, with the last sequence as "after".`, {
      extensions: { code: extensions['code'], retryable: true, [MARK]: true },
    });
  }
}

/**
 * Recognised by a mark, because errors are copied on their way out; `withoutInternals` removes it.
 */
export function isLostPush(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError && error.extensions[MARK] === true;
}

interface Failed {
  readonly errors: readonly GraphQLError[] | undefined;
}

/** @returns the error to throw where a part of the result could not be read now. */
export function lostPushOf({ errors }: Partial<Failed>): LostPush | undefined {
  const passing = errors?.find(isTransient);
  return passing && new LostPush(passing);
}

/** The same refusal with an HTTP status after which clients try again. */
export function withRetryStatus({ errors = [], ...result }: ExecutionResult): ExecutionResult {
  return { ...result, errors: errors.map((error) => (isTransient(error) ? withStatus(maskError(error)) : error)) };
}

/** How long to wait before executing the push again, where it was rate limited; otherwise 0. */
export function pauseOf({ errors = [] }: ExecutionResult): number {
  const pauses = errors.map((error) => maskError(error).extensions).filter(({ code }) => code === 'RATE_LIMITED');
  return Math.max(0, ...pauses.map(({ retryAfterSeconds }) => Number(retryAfterSeconds) * 1_000 || 1_000));
}

function isTransient(error: GraphQLError): boolean {
  const { extensions } = maskError(error);
  return extensions['retryable'] === true && (extensions['code'] !== 'RATE_LIMITED' || error.path !== undefined);
}

function withStatus({ message, nodes, path, extensions }: GraphQLError): GraphQLError {
  const { http } = extensions;
  const shown = { ...extensions, http: { ...(typeof http === 'object' ? http : {}), status: 503 } };
  return new GraphQLError(message, { nodes: nodes ?? null, path: path ?? null, extensions: shown });
}
