/** What Brim answered: its data, or a BrimError that says whether sending it again may help. */
import { BrimError } from './brim-error.ts';

/** The code with which a command stands, also where the HTTP status is an error. */
const ANSWER_INCOMPLETE = 'ANSWER_INCOMPLETE';
const RETRYABLE_CODES: readonly string[] = ['OVERLOADED', 'UNAVAILABLE', 'OUTCOME_UNKNOWN'];

interface GraphqlError {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface Received {
  readonly status: number;
  readonly text: string;
  readonly retryAfterSeconds?: number | undefined;
}

/**
 * The data; undefined where there is none. @throws BrimError, also where only a part of the data is
 * missing.
 */
export function readData(received: Received): Readonly<Record<string, unknown>> | undefined {
  const { status, text, retryAfterSeconds } = received;
  const answer = parse(text);
  if (!isObject(answer)) {
    throw new BrimError(`Brim answered ${status}, and no GraphQL: ${text.slice(0, 200)}`, {
      retryable: isBusy(status),
      code: isBusy(status) ? 'HTTP' : 'BAD_ANSWER',
      status,
      retryAfterSeconds,
    });
  }
  const [error] = Array.isArray(answer['errors']) ? answer['errors'].filter(isGraphqlError) : [];
  if (error) throw refusalOf(error, received);
  return isObject(answer['data']) ? answer['data'] : undefined;
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
  const { code: given, retryable: mayRetry, retryAfterSeconds: inBody, entryId, purchaseId } = extensions;
  const code = typeof given === 'string' ? given : 'GRAPHQL';
  if (code === ANSWER_INCOMPLETE) {
    const names = {
      ...(typeof entryId === 'string' ? { entryId } : {}),
      ...(typeof purchaseId === 'string' ? { purchaseId } : {}),
    };
    return new BrimError(message, { retryable: false, code, status, done: true, ...names });
  }
  const retryable = mayRetry === true || RETRYABLE_CODES.includes(code) || isBusy(status);
  const retryAfterSeconds = typeof inBody === 'number' && Number.isFinite(inBody) ? inBody : inHeader;
  return new BrimError(message, { retryable, code, status, retryAfterSeconds });
}

export function isBusy(status: number): boolean {
  return status >= 500 || status === 429;
}
