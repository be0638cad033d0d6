/**
 * WebSockets at /graphql: upgrades, and their end.
 *
 * Speaks graphql-transport-ws and nothing older. Refuses web pages of other origins, since a browser lets any page open a
 * socket to anywhere. Closing says goodbye with 1001, which clients answer by connecting again, to another process.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { urlOf } from './fetch-route.ts';
import { GRAPHQL_PATH } from './graphql.ts';
import { type Hosts, UNKNOWN_HOST } from './hosts.ts';
import type { Origins } from './origins.ts';
import { CLOSE, sayGoodbye, serveSocket } from './socket.ts';
import { openSocketOperations, type SocketFacts, type SocketOperationsOptions } from './socket-operations.ts';

export interface WebSocketOptions extends SocketOperationsOptions {
  readonly server: Server;
  readonly origins: Origins;
  readonly hosts: Hosts;
}

export function openWebSockets(options: WebSocketOptions): { close(): Promise<void> } {
  const { server, origins, hosts, census, limits, log } = options;
  const protocol = openSocketOperations(options);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.socketMessageMaxBytes,
    handleProtocols,
    // Compression costs memory for each socket, and messages are small.
    perMessageDeflate: false,
  });
  let closing = false;

  server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    if (closing) return refuse(duplex, REFUSALS.closing);
    if (!hosts(request.headers.host)) return refuse(duplex, REFUSALS.otherHost);
    if (urlOf(request).pathname !== GRAPHQL_PATH) return refuse(duplex, REFUSALS.otherPath);
    if (!origins.mayConnect(request)) return refuse(duplex, REFUSALS.otherOrigin);
    if (!census.admit(duplex)) return refuse(duplex, REFUSALS.full);
    sockets.handleUpgrade(request, duplex, head, (socket) => {
      const extra: SocketFacts = { socket, subscriptionIds: new Set() };
      serveSocket(socket, { protocol, extra, limits, log });
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

interface Refusal {
  readonly status: string;
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

const REFUSALS = {
  closing: {
    status: '503 Service Unavailable',
    code: 'GOING_AWAY',
    message: 'This server is going away. Connect again: another one answers.',
    retryAfterSeconds: 1,
  },
  full: {
    status: '503 Service Unavailable',
    code: 'RATE_LIMITED',
    message: 'This server has as many connections open as it may. Try again in a moment.',
    retryAfterSeconds: 5,
  },
  otherHost: { status: '421 Misdirected Request', ...UNKNOWN_HOST },
  otherPath: { status: '404 Not Found', code: 'NOT_FOUND', message: `WebSockets are answered at ${GRAPHQL_PATH}.` },
  otherOrigin: { status: '403 Forbidden', code: 'FORBIDDEN', message: 'Pages of this origin may not call. See CORS_ORIGINS.' },
} as const satisfies Readonly<Record<string, Refusal>>;

function refuse(duplex: Duplex, { status, retryAfterSeconds, ...error }: Refusal): void {
  duplex.on('error', () => undefined);
  const body = JSON.stringify({ error: { ...error, ...(retryAfterSeconds ? { retryable: true, retryAfterSeconds } : {}) } });
  const headers = [
    `HTTP/1.1 ${status}`,
    'connection: close',
    'cache-control: no-store',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(retryAfterSeconds ? [`retry-after: ${retryAfterSeconds}`] : []),
  ];
  duplex.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
}
