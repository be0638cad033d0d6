/**
 * Reads the body of a request up to a limit, whether or not its length was declared.
 *
 * It stops reading at the limit: the caller can still answer, and Node discards the rest.
 */
import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { CanceledError, DomainError } from '../../values/errors.ts';

export class PayloadTooLargeError extends DomainError {
  readonly code = 'PAYLOAD_TOO_LARGE';

  constructor(maxBytes: number) {
    super(`A request may have ${maxBytes} bytes. Send less, or in several requests.`);
  }
}

/**
 * The whole body; undefined where it is longer than `maxBytes`.
 * @throws CanceledError where the caller leaves.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  if (declaredBytes(request) > maxBytes) return undefined;
  if (request.destroyed && !request.readableEnded) throw hasLeft();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: unknown) => {
      if (!Buffer.isBuffer(chunk)) return reject(new TypeError('A request was given an encoding: its chunks are no bytes.'));
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes <= maxBytes) return;
      request.off('data', take).pause();
      resolve(undefined);
    };
    request.on('data', take);
    request.once('end', () => resolve(Buffer.concat(chunks, bytes)));
    request.once('error', (cause) => reject(hasLeft({ cause })));
    request.once('close', () => {
      // Making an error takes longer than reading a small body.
      if (!request.readableEnded) reject(hasLeft());
    });
  });
}

function hasLeft(options?: ErrorOptions): CanceledError {
  return new CanceledError('The caller disconnected before its request was complete.', options);
}

function declaredBytes(request: IncomingMessage): number {
  return Number(request.headers['content-length'] ?? 0);
}

/** What is known of a request before Yoga reads it. */
interface ReadContext {
  readonly req: IncomingMessage;
  /** The body, where it was read already. */
  readonly body?: Buffer;
}

/**
 * Refuses GraphQL requests whose body is too large. Node reads no more than the declared length, so
 * only bodies without one are counted. (Yoga's own limit copies every body through two more
 * streams.)
 */
export function useBodyLimit(maxBytes: number): Plugin<object, ReadContext> {
  return {
    onRequestParse({ request, requestParser, setRequestParser, serverContext: { req, body: known }, fetchAPI }) {
      if (declaredBytes(req) > maxBytes) throw tooLarge(maxBytes);
      if (!requestParser || request.method !== 'POST') return;
      if (known === undefined && req.headers['content-length'] !== undefined) return;
      setRequestParser(async () => {
        const body = known ?? (await readBody(req, maxBytes));
        if (!body) throw tooLarge(maxBytes);
        const { url, headers, signal } = request;
        return requestParser(new fetchAPI.Request(url, { method: 'POST', headers, body: new Uint8Array(body), signal }));
      });
    },
  };
}

export function tooLarge(maxBytes: number): GraphQLError {
  const { message, code } = new PayloadTooLargeError(maxBytes);
  return new GraphQLError(message, { extensions: { code, http: { status: 413 } } });
}
