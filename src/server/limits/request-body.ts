/**
 * Reads the body of a request up to a limit, whether or not its length was declared.
 *
 * It stops reading at the limit: the caller can still answer, and Node discards the rest.
 */
import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { DomainError } from '../../values/errors.ts';

export class PayloadTooLargeError extends DomainError {
  readonly code = 'PAYLOAD_TOO_LARGE';

  constructor(maxBytes: number) {
    super(`A request may have ${maxBytes} bytes. Send less, or in several requests.`);
  }
}

/** The whole body; undefined where it is longer than `maxBytes`. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (declaredBytes(request) > maxBytes) return undefined;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('A request was given an encoding: its chunks are no bytes any more.');
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function declaredBytes(request: IncomingMessage): number {
  return Number(request.headers['content-length'] ?? 0);
}

/**
 * Refuses GraphQL requests whose body is too large. Node reads no more than the declared length, so
 * only bodies without one are counted, and the usual request costs nothing. (Yoga's own limit
 * copies every body through two more streams.)
 */
export function useBodyLimit(maxBytes: number): Plugin<object, { readonly req: IncomingMessage }> {
  return {
    onRequestParse({ request, requestParser, setRequestParser, serverContext: { req }, fetchAPI }) {
      if (declaredBytes(req) > maxBytes) throw tooLarge(maxBytes);
      if (!requestParser || request.method !== 'POST' || req.headers['content-length'] !== undefined) return;
      setRequestParser(async () => {
        const body = await readBody(req, maxBytes);
        if (!body) throw tooLarge(maxBytes);
        return requestParser(
          new fetchAPI.Request(request.url, { method: 'POST', headers: request.headers, body, signal: request.signal }),
        );
      });
    },
  };
}

function tooLarge(maxBytes: number): GraphQLError {
  const { message, code } = new PayloadTooLargeError(maxBytes);
  return new GraphQLError(message, { extensions: { code, http: { status: 413 } } });
}
