/**
 * One operation over HTTP: its data, or a BrimError that says whether sending it again may help.
 *
 * Retryable are a lost or refused connection, a timeout, a 5xx or 429, and what Brim itself calls so. Anything else would be answered
 * the same way again.
 */
import { endpointOf } from '../endpoint.ts';
import { BrimError } from './brim-error.ts';
import { readRetryAfter } from './retry-after.ts';

export interface RequestOptions {
  /** Where Brim is: https://brim.example, or the address of its GraphQL, https://brim.example/graphql. */
  readonly url: string;
  readonly secretKey: string;
  /** For one attempt; 10,000 unless told. */
  readonly timeoutMs?: number;
  /** Gives up the call, between attempts or during one. */
  readonly signal?: AbortSignal;
}

export interface Operation {
  readonly document: string;
  readonly variables: unknown;
}

const TIMEOUT_MS = 10_000;
/** The command stands, whatever HTTP says of the answer. */
const ANSWER_INCOMPLETE = 'ANSWER_INCOMPLETE';
const RETRYABLE_CODES: readonly string[] = ['OVERLOADED', 'UNAVAILABLE', 'OUTCOME_UNKNOWN'];

interface GraphqlError {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The data of its answer. @throws BrimError, also where only a part of the data is missing. */
export async function request(operation: Operation, options: RequestOptions): Promise<Readonly<Record<string, unknown>>> {
  const response = await send(operation, options);
  const { status, retryAfterSeconds } = response;
  const answer = readAnswer(response);
  const [error] = answer.errors;
  if (error) throw refusalOf(error, response);
  if (status >= 200 && status < 300 && answer.data) return answer.data;
  const facts = { retryable: isBusy(status), code: 'HTTP', status, retryAfterSeconds };
  throw new BrimError(`Brim answered ${status} without data.`, facts);
}

interface Received {
  readonly status: number;
  readonly text: string;
  readonly retryAfterSeconds: number | undefined;
}

async function send({ document, variables }: Operation, options: RequestOptions): Promise<Received> {
  const { url, secretKey, timeoutMs = TIMEOUT_MS, signal } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(endpointOf(url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${secretKey}` },
      body: JSON.stringify({ query: document, variables }),
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

function readAnswer({ status, text, retryAfterSeconds }: Received) {
  const answer = parse(text);
  if (!isObject(answer)) {
    throw new BrimError(`Brim answered ${status}, and no GraphQL: ${text.slice(0, 200)}`, {
      retryable: isBusy(status),
      code: isBusy(status) ? 'HTTP' : 'BAD_ANSWER',
      status,
      retryAfterSeconds,
    });
  }
  const errors = Array.isArray(answer['errors']) ? answer['errors'].filter(isGraphqlError) : [];
  return { data: isObject(answer['data']) ? answer['data'] : undefined, errors };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isGraphqlError(value: unknown): value is GraphqlError {
  return isObject(value) && typeof value['message'] === 'string';
}

function refusalOf({ message, extensions = {} }: GraphqlError, { status, retryAfterSeconds: inHeader }: Received): BrimError {
  const { code: given, retryable: mayRetry, retryAfterSeconds: told, entryId, purchaseId } = extensions;
  const code = typeof given === 'string' ? given : 'GRAPHQL';
  if (code === ANSWER_INCOMPLETE) {
    const names = {
      ...(typeof entryId === 'string' ? { entryId } : {}),
      ...(typeof purchaseId === 'string' ? { purchaseId } : {}),
    };
    return new BrimError(message, { retryable: false, code, status, done: true, ...names });
  }
  const retryable = mayRetry === true || RETRYABLE_CODES.includes(code) || isBusy(status);
  const retryAfterSeconds = typeof told === 'number' && Number.isFinite(told) ? told : inHeader;
  return new BrimError(message, { retryable, code, status, retryAfterSeconds });
}

function isBusy(status: number): boolean {
  return status >= 500 || status === 429;
}
