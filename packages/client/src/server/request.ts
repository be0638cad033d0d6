/**
 * One operation over HTTP: its data, or a BrimError that says whether sending it again may help.
 *
 * Retryable are a lost or refused connection, a timeout, a 5xx or 429, and what Brim itself calls
 * so. Anything else would be answered the same way again.
 */
import { endpointOf } from '../endpoint.ts';
import { isBusy, type Received, readData } from './answer.ts';
import { BrimError } from './brim-error.ts';
import { readRetryAfter } from './retry-after.ts';

export interface RequestOptions {
  /**
   * Where Brim is: https://brim.example, or the address of its GraphQL,
   * https://brim.example/graphql.
   */
  readonly url: string;
  readonly secretKey: string;
  /** The longest time of one attempt, in ms. Default: 10,000. */
  readonly timeoutMs?: number;
  /** Gives up the call, between attempts or during one. */
  readonly signal?: AbortSignal;
}

export interface Operation {
  readonly document: string;
  readonly variables: unknown;
}

export const TIMEOUT_MS = 10_000;
/** The data of its answer. @throws BrimError, also where only a part of the data is missing. */
export async function request(operation: Operation, options: RequestOptions): Promise<Readonly<Record<string, unknown>>> {
  const received = await send(operation, options);
  const { status, retryAfterSeconds } = received;
  const data = readData(received);
  if (status >= 200 && status < 300 && data) return data;
  throw new BrimError(`Brim answered ${status} without data.`, {
    retryable: isBusy(status),
    code: 'HTTP',
    status,
    retryAfterSeconds,
  });
}

async function send(operation: Operation, options: RequestOptions): Promise<Received> {
  const { timeoutMs = TIMEOUT_MS, signal } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await post(operation, options, {
      accept: 'application/json',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const retryAfterSeconds = readRetryAfter(response.headers.get('retry-after'), Date.now());
    return { status: response.status, text: await response.text(), retryAfterSeconds };
  } catch (cause) {
    if (signal?.aborted) throw new BrimError('The call was given up.', { retryable: false, code: 'ABORTED', cause });
    if (timeout.aborted) {
      throw new BrimError(`Brim did not answer within ${timeoutMs} ms.`, { retryable: true, code: 'TIMEOUT', cause });
    }
    throw new BrimError('Brim cannot be reached.', { retryable: true, code: 'NETWORK', cause });
  }
}

/** The response as it comes. @throws what fetch throws. */
export function post(
  { document, variables }: Operation,
  { url, secretKey }: Pick<RequestOptions, 'url' | 'secretKey'>,
  { accept, signal }: { readonly accept: string; readonly signal: AbortSignal },
): Promise<Response> {
  return fetch(endpointOf(url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${secretKey}` },
    body: JSON.stringify({ query: document, variables }),
    signal,
  });
}
