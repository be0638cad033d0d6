/** Refusals of the server itself: JSON in the shape of GraphQL's errors, so that one reader reads them all; a route may have its own. */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

export interface HttpError {
  /** Of HTTP. */
  readonly status: number;
  readonly code: string;
  /** What was wrong, and what would be right. */
  readonly message: string;
  /** True where the same request may succeed later. */
  readonly retryable?: boolean;
  readonly retryAfterSeconds?: number | undefined;
  readonly requestId?: string;
}

/** What the body of a refusal says. */
export type FormatHttpError = (refusal: HttpError) => object;

const asGraphql: FormatHttpError = ({ status: _status, message, ...extensions }) => ({ errors: [{ message, extensions }] });

export interface HttpErrorOptions {
  /** What else the answer says. */
  readonly beside?: object;
  readonly shape?: FormatHttpError | undefined;
}

export function sendHttpError(res: ServerResponse, refusal: HttpError, { beside = {}, shape }: HttpErrorOptions = {}): void {
  const { status, headers, text } = written(refusal, { ...(shape ?? asGraphql)(refusal), ...beside });
  res.writeHead(status, headers);
  res.end(text);
}

/** To a connection that has no response: its request asked for another protocol, or could not be read. It ends. */
export function rejectConnection(connection: Duplex, refusal: HttpError): void {
  connection.on('error', () => undefined);
  const { status, headers, text } = written(refusal, asGraphql(refusal));
  const lines = Object.entries({ connection: 'close', 'cache-control': 'no-store', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  connection.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${text}`);
}

function written({ status, retryAfterSeconds }: HttpError, body: object) {
  const text = JSON.stringify(body);
  const headers: Record<string, string | number> = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': retryAfterSeconds }),
  };
  return { status, headers, text };
}
