/** How every verb asks Brim: one operation, and what it answers as a value. */
import { randomUUID } from 'node:crypto';
import type { DocumentText } from '../documents/document-text.ts';
import { BrimError } from './brim-error.ts';
import { type InvalidInput, refuseNotFinite } from './finite.ts';
import { type RequestOptions, request } from './request.ts';
import { type RetryOptions, withRetries } from './retry.ts';

export interface CallOptions {
  /** Gives the call up. What Brim has done by then stays done. */
  readonly signal?: AbortSignal;
}

/**
 * Sends an operation, and sends it again where that may help: a mutation among them must be one
 * that Brim does once, however often it comes. @throws BrimError.
 */
export type Call = <Data, Variables>(
  document: DocumentText<Data, Variables>,
  variables: Variables,
  options?: CallOptions,
) => Promise<Data>;

/**
 * The documents select what the types say, and the schema holds the server to it; nothing is
 * validated a second time here.
 */
export function openCall(options: RequestOptions & RetryOptions): Call {
  return async <Data, Variables>(document: DocumentText<Data, Variables>, variables: Variables, { signal }: CallOptions = {}) => {
    const each = { ...options, ...(signal ? { signal } : {}) };
    return withRetries(async () => (await request({ document, variables }, each)) as Data, each);
  };
}

/**
 * The payload of a mutation. An input with a number that JSON cannot carry is refused here, as Brim
 * would refuse it.
 * @throws BrimError.
 */
export async function payloadOf<Input extends object, Payload>(
  input: Input,
  send: (input: Input) => Promise<Payload | null>,
): Promise<Payload | InvalidInput> {
  const payload = refuseNotFinite(input) ?? (await send(input));
  if (payload === null) throw new BrimError('Brim answered without a payload.', { retryable: false, code: 'BAD_ANSWER' });
  return payload;
}

/**
 * The input with an idempotency key: the caller's own, or a new one that every attempt of this call
 * shares.
 */
export function withKey<Input extends { readonly idempotencyKey?: string | null | undefined }>(
  input: Input,
): Input & { readonly idempotencyKey: string } {
  return { ...input, idempotencyKey: input.idempotencyKey ?? randomUUID() };
}

const REFUSALS = {
  INVALID_INPUT: 'InvalidInputError',
  CUSTOMER_NOT_FOUND: 'CustomerNotFoundError',
  FEATURE_NOT_FOUND: 'FeatureNotFoundError',
  PLAN_NOT_FOUND: 'PlanNotFoundError',
  PLAN_ALREADY_ATTACHED: 'PlanAlreadyAttachedError',
} as const;

/**
 * What a query refuses: its name and its message. The same refusal of a mutation has its facts,
 * too.
 */
export interface QueryRefusal<Code extends keyof typeof REFUSALS> {
  readonly __typename: (typeof REFUSALS)[Code];
  readonly message: string;
}

/**
 * A query refuses with a coded error. Those of `codes` leave here as the values that a mutation
 * would give.
 * @throws the others.
 */
export function queryRefusal<Code extends keyof typeof REFUSALS>(error: unknown, codes: readonly Code[]): QueryRefusal<Code> {
  const code = codes.find((each) => error instanceof BrimError && error.code === each);
  if (!code || !(error instanceof BrimError)) throw error;
  return { __typename: REFUSALS[code], message: error.message };
}
