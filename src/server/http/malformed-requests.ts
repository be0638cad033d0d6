/** Answers requests that Node could not read, which never reach a request handler. */
import type { Server } from 'node:http';
import { Socket } from 'node:net';
import { codeOfStatus } from '../answers/error-codes.ts';
import { rejectConnection, sendHttpError } from '../answers/http-error.ts';
import { tellRefusal } from '../answers/told-errors.ts';
import type { Limits } from '../limits/limits.ts';

/** By Node's code for the error. */
function answersFor({ headersMaxBytes, requestTimeoutMs }: Limits): Readonly<Record<string, readonly [number, string]>> {
  return {
    HPE_HEADER_OVERFLOW: [
      431,
      `The headers of a request may have ${headersMaxBytes} bytes together: send fewer or shorter ones.`,
    ],
    HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunks of this body say too much of themselves: send it with its length.'],
    ERR_HTTP_REQUEST_TIMEOUT: [408, `A request may take ${requestTimeoutMs / 1_000} s to be sent: send it again.`],
  };
}

/**
 * @param isAnswered True where a part of an answer was sent on this connection, so that nothing may
 * follow it.
 */
export function refuseMalformedRequests(server: Server, limits: Limits, isAnswered: (connection: unknown) => boolean): void {
  const answers = answersFor(limits);
  server.on('checkExpectation', (_request, response) => {
    const code = codeOfStatus(417);
    sendHttpError(response, { status: 417, code, message: 'Leave out the header "Expect", or send "100-continue".' });
    tellRefusal({ code, requestId: undefined, isTold: false });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, connection) => {
    const isGone = error.code === 'ECONNRESET' || !connection.writable || (connection instanceof Socket && connection.destroyed);
    if (isGone || isAnswered(connection)) return void connection.destroy();
    const [status, message] = answers[error.code ?? ''] ?? [
      400,
      'This is no HTTP request that can be read: check its first line.',
    ];
    rejectConnection(connection, { status, code: codeOfStatus(status), message });
  });
}
