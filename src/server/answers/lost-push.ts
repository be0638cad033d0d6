/**
 * What a subscriber cannot be told now, because something could not be read, but could be told in a moment.
 *
 * An error in its place would be lost: the stream is past it, and its reader has no cursor to ask for it again. So the stream ends in
 * a way that clients answer by coming back (a socket closes with 1013, an event stream is cut without `complete`, a subscription
 * that is not opened yet is refused with 503), and they go on from the last message that they have. Being over one's
 * budget is no such error: that is said on the stream, before anything of it is read. A field that is refused its turn is one.
 */
import { type ExecutionResult, GraphQLError } from 'graphql';
import { maskError } from './masking.ts';

const MARK = 'lostPush';

/** Ends the stream that it is thrown in. A GraphQLError, because masking lets those pass. */
export class LostPush extends GraphQLError {
  /** @param cause what could not be read. */
  constructor(cause: GraphQLError) {
    const { message, extensions } = maskError(cause);
    super(`${message} Subscribe again, with the last sequence as "after".`, {
      extensions: { code: extensions['code'], retryable: true, [MARK]: true },
    });
  }
}

/** Known by a mark, for errors are written anew on their way out; `withoutInternals` takes it off. */
export function isLostPush(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError && error.extensions[MARK] === true;
}

interface Failed {
  readonly errors: readonly GraphQLError[] | undefined;
}

/** @returns what to throw where something of the result could not be read now. */
export function lostPushOf({ errors }: Partial<Failed>): LostPush | undefined {
  const passing = errors?.find(isTransient);
  return passing && new LostPush(passing);
}

/** The same refusal, as HTTP has it: with a status after which clients try again. */
export function withRetryStatus({ errors = [], ...result }: ExecutionResult): ExecutionResult {
  return { ...result, errors: errors.map((error) => (isTransient(error) ? withStatus(maskError(error)) : error)) };
}

/** How long to wait before it is worked out again, where too much was asked at once; 0 where that was not so. */
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
