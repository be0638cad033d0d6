/**
 * How the sandbox says no: in Stripe's shape, with Stripe's types and codes, so that the SDK throws what it would throw.
 * Source: https://docs.stripe.com/api/errors and https://docs.stripe.com/error-codes.
 */
import type Stripe from 'stripe';

type RefusalType = Extract<Stripe.RawErrorType, 'invalid_request_error' | 'idempotency_error' | 'api_error'>;

export interface RefusalFacts {
  readonly status: number;
  readonly type?: RefusalType;
  readonly code?: string;
  readonly param?: string;
}

export class SandboxRefusal extends Error {
  override readonly name = 'SandboxRefusal';
  readonly status: number;
  readonly error: { type: RefusalType; message: string; code?: string; param?: string };

  constructor(message: string, { status, type = 'invalid_request_error', code, param }: RefusalFacts) {
    super(message);
    this.status = status;
    this.error = { type, message, ...(code === undefined ? {} : { code }), ...(param === undefined ? {} : { param }) };
  }
}

export function noSuch(noun: string, id: string, param: string): SandboxRefusal {
  return new SandboxRefusal(`No such ${noun}: '${id}'`, { status: 404, code: 'resource_missing', param });
}

export function badParam(param: string, message: string, code?: string): SandboxRefusal {
  return new SandboxRefusal(message, { status: 400, param, ...(code === undefined ? {} : { code }) });
}
