/** What kept a page from Brim. `code` is the server's own, or NETWORK, HTTP, TOKEN and CLOSED. */
export class LiveError extends Error {
  readonly code: string;
  readonly retryable: boolean;

  constructor(message: string, code: string, retryable = true) {
    super(message);
    this.name = 'LiveError';
    this.code = code;
    this.retryable = retryable;
  }
}

export interface GraphqlError {
  readonly message: string;
  readonly extensions?: { readonly code?: unknown; readonly retryable?: unknown } | undefined;
}

/** Bad credentials can be mended with a new token, so they count as retryable. */
export function toLiveError({ message, extensions }: GraphqlError): LiveError {
  const code = String(extensions?.code ?? 'GRAPHQL');
  return new LiveError(message, code, extensions?.retryable === true || code === 'UNAUTHENTICATED' || code === 'INTERNAL');
}

export function asLiveError(error: unknown): LiveError {
  return error instanceof LiveError ? error : new LiveError('Brim cannot be reached.', 'NETWORK');
}
