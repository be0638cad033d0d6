/** What kept a page from Brim. `code` is the server's own, or NETWORK, HTTP, TOKEN and CLOSED. */
export class LiveError extends Error {
  readonly code: string;
  /** False of ANSWER_INCOMPLETE, too: what was asked is done, and asking again would do it again. */
  readonly retryable: boolean;
  /** Before which Brim does not want to be asked again. */
  readonly retryAfterMs: number;
  /** The purchase that an attach made, where its answer could not be read: watch it instead. */
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

/** Bad credentials can be mended with a new token, so they count as retryable. */
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
