/**
 * HTTP error responses of the server itself. Their JSON has the format of GraphQL errors, so that
 * clients need one parser; a route may have its own format.
 */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { tellRefusal } from './told-errors.ts';

export interface HttpError {
  /** The HTTP status. */
  readonly status: number;
  readonly code: string;
  /** Says what is wrong, and what would be right. */
  readonly message: string;
  /** True where the same request may succeed later. */
  readonly retryable?: boolean;
  readonly retryAfterSeconds?: number | undefined;
  readonly requestId?: string;
}

/** Formats the body of an HTTP error. */
export type FormatHttpError = (error: HttpError) => object;

const asGraphql: FormatHttpError = ({ status: _status, message, ...extensions }) => ({ errors: [{ message, extensions }] });

export interface HttpErrorOptions {
  /** Further properties of the body. */
  readonly beside?: object;
  readonly format?: FormatHttpError | undefined;
}

export function sendHttpError(res: ServerResponse, error: HttpError, { beside = {}, format }: HttpErrorOptions = {}): void {
  const { status, headers, text } = compose(error, { ...(format ?? asGraphql)(error), ...beside });
  res.writeHead(status, headers);
  res.end(text);
}

/**
 * Answers a connection that has no response object, because its request is an upgrade or could not
 * be read, and closes it.
 */
export function rejectConnection(connection: Duplex, error: HttpError): void {
  tellRefusal({ code: error.code, requestId: undefined, isTold: false });
  connection.on('error', () => undefined);
  const { status, headers, text } = compose(error, asGraphql(error));
  const lines = Object.entries({ connection: 'close', 'cache-control': 'no-store', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  connection.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${text}`);
}

function compose({ status, retryAfterSeconds }: HttpError, body: object) {
  const text = JSON.stringify(body);
  const headers: Record<string, string | number> = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': retryAfterSeconds }),
  };
  return { status, headers, text };
}
