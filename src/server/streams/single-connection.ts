/**
 * Refuses the single connection mode of graphql-sse, in which a client reserves a stream with PUT
 * and then names it in a header. The stream and its operations would have to meet in one process,
 * which a balancer before several does not promise. WebSockets and HTTP/2 do the same without it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { codeOfStatus } from '../answers/error-codes.ts';
import type { HttpError } from '../answers/http-error.ts';

const TOKEN_HEADER = 'x-graphql-event-stream-token';

export function asksForSingleConnection({ method, headers }: IncomingMessage): boolean {
  return method === 'PUT' || headers[TOKEN_HEADER] !== undefined;
}

export function refuseSingleConnection(res: ServerResponse, refuse: (refusal: HttpError) => void): void {
  res.setHeader('allow', 'GET, POST');
  refuse({ status: 405, code: codeOfStatus(405), message: MESSAGE });
}

const MESSAGE =
  'The single connection mode of graphql-sse is not answered. Use its distinct connections mode, which is the ' +
  'default ("singleConnection: false"), or a WebSocket, which carries all subscriptions of a page.';
