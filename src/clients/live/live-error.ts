/** What kept a page from Brim. `code` is the server's own, or NETWORK, HTTP, TOKEN and CLOSED. */
export class LiveError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  /** Before which Brim does not want to be asked again. */
  readonly retryAfterMs: number;

  constructor(message: string, code: string, retryable = true, retryAfterMs = 0) {
    super(message);
    this.name = 'LiveError';
    this.code = code;
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface GraphqlError {
  readonly message: string;
  readonly extensions?:
    | { readonly code?: unknown; readonly retryable?: unknown; readonly retryAfterSeconds?: unknown }
    | undefined;
}

/** Bad credentials can be mended with a new token, so they count as retryable. */
export function toLiveError({ message, extensions }: GraphqlError): LiveError {
  const code = String(extensions?.code ?? 'GRAPHQL');
  const retryable = extensions?.retryable === true || code === 'UNAUTHENTICATED' || code === 'INTERNAL';
  return new LiveError(message, code, retryable, Number(extensions?.retryAfterSeconds ?? 0) * 1_000);
}

export function asLiveError(error?: unknown): LiveError {
  return error instanceof LiveError ? error : new LiveError('Brim cannot be reached.', 'NETWORK');
}
