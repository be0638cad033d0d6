/**
 * Answers a Node request with a fetch-style function: IncomingMessage → Request, Response →
 * ServerResponse.
 *
 * The body is read first, up to a limit. The answer may be a stream; its reader sets the pace, and
 * a disconnect stops it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { PayloadTooLargeError, readBody } from '../limits/request-body.ts';

export type Answer = (request: Request) => Promise<Response> | Response;

/** @throws PayloadTooLargeError, or the error of `answer`; in both cases nothing has been sent. */
export async function answerWith(
  answer: Answer,
  req: IncomingMessage,
  res: ServerResponse,
  { bodyMaxBytes, requestId }: { readonly bodyMaxBytes: number; readonly requestId: string },
): Promise<void> {
  const body = await readBody(req, bodyMaxBytes);
  if (!body) throw new PayloadTooLargeError(bodyMaxBytes);
  const response = await answer(toRequest(req, res, new Uint8Array(body), requestId));
  await send(response, req, res);
}

/** Its header x-request-id is the id under which Brim answers it, whatever the caller sent. */
function toRequest(req: IncomingMessage, res: ServerResponse, body: Uint8Array<ArrayBuffer>, requestId: string): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) {
    for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) headers.append(name, each);
  }
  headers.set('x-request-id', requestId);
  const left = new AbortController();
  res.once('close', () => left.abort());
  const method = req.method ?? 'GET';
  return new Request(urlOf(req), {
    method,
    headers,
    signal: left.signal,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
  });
}

/** The requested URL, under the host that the caller used. */
export function urlOf({ url = '/', headers: { host } }: IncomingMessage): URL {
  const base = `http://${host}`;
  const origin = host !== undefined && URL.canParse(base) ? base : 'http://localhost';
  // Joined as text: as a relative reference, "//evil.example/graphql" would be another host.
  return URL.canParse(origin + url) ? new URL(origin + url) : new URL(origin);
}

async function send(response: Response, req: IncomingMessage, res: ServerResponse): Promise<void> {
  res.statusCode = response.status;
  for (const [name, value] of response.headers) if (name !== 'set-cookie') res.setHeader(name, value);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) res.setHeader('set-cookie', cookies);
  if (response.body && req.method !== 'HEAD') return pipeline(response.body, res);
  await response.body?.cancel();
  res.end();
}
