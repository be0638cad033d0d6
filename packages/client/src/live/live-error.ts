/** An error of a page's connection. `code` is the server's, or NETWORK, HTTP, TOKEN or CLOSED. */
export class LiveError extends Error {
  readonly code: string;
  /** False for ANSWER_INCOMPLETE as well: the command was done, and sending it again repeats it. */
  readonly retryable: boolean;
  /** How long to wait before the next request, in seconds. */
  readonly retryAfterMs: number;
  /** The purchase that an attach made although its answer could not be read: watch it instead. */
  readonly purchaseId: string | undefined;

  constructor(message: string, code: string, retryable = true, retryAfterMs = 0, purchaseId?: string) {
    super(message);
    this.name = 'LiveError';
    this.code = code;
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
    this.purchaseId = purchaseId;
  }
}

export interface GraphqlError {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** A new token can replace bad credentials, so they count as retryable. */
export function toLiveError({ message, extensions = {} }: GraphqlError): LiveError {
  const { code: given = 'GRAPHQL', retryable: mayRetry, retryAfterSeconds = 0, purchaseId } = extensions;
  const code = String(given);
  const retryable = mayRetry === true || code === 'UNAUTHENTICATED' || code === 'INTERNAL';
  const standing = typeof purchaseId === 'string' ? purchaseId : undefined;
  return new LiveError(message, code, retryable, Number(retryAfterSeconds) * 1_000, standing);
}

export function asLiveError(error?: unknown): LiveError {
  return error instanceof LiveError ? error : new LiveError('Brim cannot be reached.', 'NETWORK');
}
