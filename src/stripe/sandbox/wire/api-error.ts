/**
 * The sandbox's errors, with Stripe's JSON, types and codes, so that the SDK throws as it does with
 * Stripe. Source: https://docs.stripe.com/api/errors and https://docs.stripe.com/error-codes.
 */
import type Stripe from 'stripe';
import type { Fault } from './faults.ts';

type ApiErrorType = Extract<Stripe.RawErrorType, 'invalid_request_error' | 'idempotency_error' | 'api_error' | 'card_error'>;

export interface ApiErrorFacts {
  readonly status: number;
  readonly type?: ApiErrorType;
  readonly code?: string;
  readonly param?: string;
  /**
   * False where Stripe would not begin to execute the call. Then the answer is not kept under its
   * idempotency key.
   */
  readonly kept?: boolean;
  /** True where all that the call did stays done: a refused charge is a charge. */
  readonly keepsWork?: boolean;
  /** Further fields of the error, such as the objects that it is about. */
  readonly more?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export class SandboxApiError extends Error {
  override readonly name = 'SandboxApiError';
  readonly status: number;
  readonly kept: boolean;
  readonly keepsWork: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly error: { type: ApiErrorType; message: string; code?: string; param?: string };

  constructor(
    message: string,
    { status, type = 'invalid_request_error', code, param, kept = true, keepsWork = false, more, headers = {} }: ApiErrorFacts,
  ) {
    super(message);
    this.status = status;
    this.kept = kept;
    this.keepsWork = keepsWork;
    this.headers = headers;
    const named = { ...(code === undefined ? {} : { code }), ...(param === undefined ? {} : { param }) };
    this.error = { type, message, ...named, ...more };
  }
}

/** The path names an object that is not there. */
export function noSuch(noun: string, id: string, param: string): SandboxApiError {
  return new SandboxApiError(`No such ${noun}: '${id}'`, { status: 404, code: 'resource_missing', param });
}

/** A parameter names an object that is not there. */
export function missingParam(noun: string, id: string, param: string): SandboxApiError {
  return refusedParam(param, `No such ${noun}: '${id}'`, 'resource_missing');
}

export function refusedParam(param: string, message: string, code?: string): SandboxApiError {
  return new SandboxApiError(message, { status: 400, param, ...(code === undefined ? {} : { code }) });
}

/**
 * A parameter is missing, unknown or of the wrong type. Stripe says so before it executes the call.
 */
export function malformedParam(param: string, message: string, code?: string): SandboxApiError {
  return new SandboxApiError(message, { status: 400, param, kept: false, ...(code === undefined ? {} : { code }) });
}

/** A bank refused a charge, or to have a card saved: 402, with the objects that it is about. */
export function cardError(
  { type: _, code, message = '', ...rest }: Stripe.PaymentIntent.LastPaymentError,
  intent?: Stripe.PaymentIntent,
): SandboxApiError {
  return new SandboxApiError(message, {
    status: 402,
    type: 'card_error',
    ...(code === undefined ? {} : { code }),
    keepsWork: true,
    more: { ...rest, ...(intent === undefined ? {} : { payment_intent: intent }) },
  });
}

/** The error of a fault of this kind; undefined where the call goes on. */
export function errorOfFault({ kind, seconds = 1 }: Fault): SandboxApiError | undefined {
  switch (kind) {
    case 'unauthorized':
      return new SandboxApiError('Invalid API Key provided: sk_test_****************dbox', { status: 401, kept: false });
    case 'forbidden':
      return new SandboxApiError(
        "The provided key 'rk_test_****' does not have the required permissions for this endpoint. " +
          "Having the 'rak_checkout_session_write' permission would allow this request to continue.",
        { status: 403, kept: false },
      );
    case 'unconfigured':
      return new SandboxApiError(
        'No configuration provided and your test mode default configuration has not been created. ' +
          'Provide a configuration or create your default by saving your customer portal settings.',
        { status: 400 },
      );
    case 'rate_limited':
      return new SandboxApiError('Request rate limit exceeded.', {
        status: 429,
        code: 'rate_limit',
        kept: false,
        headers: { 'retry-after': String(seconds) },
      });
    default:
      return undefined;
  }
}

/** Stripe itself failed. It may have done what was asked. */
export function serverError(): SandboxApiError {
  return new SandboxApiError('An unknown error occurred.', {
    status: 500,
    type: 'api_error',
    headers: { 'stripe-should-retry': 'false' },
  });
}
