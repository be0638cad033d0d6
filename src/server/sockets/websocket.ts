/**
 * WebSockets at /graphql: upgrades and shutdown.
 *
 * Speaks graphql-transport-ws only. Refuses web pages of other origins, because browsers let every
 * page open a socket to every host. A shutdown closes with 1001, after which clients reconnect, to
 * another process.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { codeOfStatus } from '../answers/error-codes.ts';
import { type HttpError, rejectConnection } from '../answers/http-error.ts';
import { GRAPHQL_PATH } from '../graphql/graphql.ts';
import { urlOf } from '../http/fetch-adapter.ts';
import { type Hosts, UNKNOWN_HOST } from '../http/hosts.ts';
import type { Origins } from '../http/origins.ts';
import { CLOSE, sayGoodbye } from './goodbye.ts';
import { serveSocket } from './socket.ts';
import { openSocketOperations, type SocketOperationsOptions } from './socket-operations.ts';
import type { SocketState } from './socket-state.ts';
import { openSocketWriter } from './socket-writer.ts';

export interface WebSocketOptions extends SocketOperationsOptions {
  readonly server: Server;
  readonly origins: Origins;
  readonly hosts: Hosts;
}

export function openWebSockets(options: WebSocketOptions): { close(): Promise<void> } {
  const { server, origins, hosts, connectionCounts, limits, log } = options;
  const protocol = openSocketOperations(options);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.socketMessageMaxBytes,
    handleProtocols,
    // Compression costs memory for each socket, and messages are small.
    perMessageDeflate: false,
  });
  let closing = false;

  // ws would answer an invalid handshake in plain text.
  sockets.on('wsClientError', (error, duplex) => {
    rejectConnection(duplex, {
      status: 400,
      code: codeOfStatus(400),
      message: `This is no WebSocket handshake: ${error.message}.`,
    });
  });
  server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    if (closing) return rejectConnection(duplex, REFUSALS.closing);
    if (!hosts(request.headers.host)) return rejectConnection(duplex, REFUSALS.otherHost);
    if (urlOf(request).pathname !== GRAPHQL_PATH) return rejectConnection(duplex, REFUSALS.otherPath);
    if (!origins.mayConnect(request)) return rejectConnection(duplex, REFUSALS.otherOrigin);
    if (!connectionCounts.admit(duplex, 'socket')) return rejectConnection(duplex, REFUSALS.full);
    sockets.handleUpgrade(request, duplex, head, (socket) => {
      const writer = openSocketWriter(socket, { connection: duplex, limits });
      const extra: SocketState = { socket, push: writer.push, subscriptionIds: new Set() };
      serveSocket(socket, { protocol, extra, writer, limits, log });
    });
  });

  return {
    async close() {
      closing = true;
      await Promise.all(
        [...sockets.clients].map(async (socket) => {
          const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
          sayGoodbye(socket, { code: CLOSE.goingAway, reason: 'GOING_AWAY: This server is going away.', limits });
          if (socket.readyState !== socket.CLOSED) await closed;
        }),
      );
      sockets.close();
    },
  };
}

const REFUSALS = {
  closing: {
    status: 503,
    code: 'GOING_AWAY',
    message: 'This server is going away. Connect again: another one answers.',
    retryable: true,
    retryAfterSeconds: 1,
  },
  full: {
    status: 503,
    code: 'RATE_LIMITED',
    message: 'This server has as many connections open as it may. Try again in a moment.',
    retryable: true,
    retryAfterSeconds: 5,
  },
  otherHost: { status: 421, ...UNKNOWN_HOST },
  otherPath: { status: 404, code: 'NOT_FOUND', message: `WebSockets are answered at ${GRAPHQL_PATH}.` },
  otherOrigin: { status: 403, code: 'FORBIDDEN', message: 'Pages of this origin may not call. See CORS_ORIGINS.' },
} as const satisfies Readonly<Record<string, HttpError>>;
