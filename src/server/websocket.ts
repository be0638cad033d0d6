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
import type { Origins } from './origins.ts';
import { CLOSE, sayGoodbye, serveSocket } from './socket.ts';
import { openSocketCensus } from './socket-census.ts';
import { openSocketOperations, type SocketFacts, type SocketOperationsOptions } from './socket-operations.ts';

export interface WebSocketOptions extends Omit<SocketOperationsOptions, 'census'> {
  readonly server: Server;
  readonly origins: Origins;
}

export function openWebSockets(options: WebSocketOptions): { close(): Promise<void> } {
  const { server, origins, limits, log } = options;
  const protocol = openSocketOperations({ ...options, census: openSocketCensus(limits.customerMaxSockets) });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.socketMessageMaxBytes,
    handleProtocols,
    // Compression costs memory for each socket, and messages are small.
    perMessageDeflate: false,
  });
  let closing = false;

  server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    if (closing) return refuse(duplex, '503 Service Unavailable');
    if (urlOf(request).pathname !== GRAPHQL_PATH) return refuse(duplex, '404 Not Found');
    if (!origins.mayConnect(request)) return refuse(duplex, '403 Forbidden');
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
          sayGoodbye(socket, { code: CLOSE.goingAway, reason: 'Going away.', limits });
          if (socket.readyState !== socket.CLOSED) await closed;
        }),
      );
      sockets.close();
    },
  };
}

function refuse(duplex: Duplex, status: string): void {
  duplex.on('error', () => undefined);
  duplex.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
