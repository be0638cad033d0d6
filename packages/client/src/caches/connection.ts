/**
 * Connects a browser to Brim: sends the token with every request and socket, and reconnects
 * sockets.
 */
import { type Client, createClient } from 'graphql-ws';
import { endpointOf } from '../endpoint.ts';
import { openBackOff } from '../live/back-off.ts';
import { isForbidden, isGoodbye } from '../live/close-codes.ts';
import { openHeartbeat } from './heartbeat.ts';
import { NoWebSocket, NoWebSocketError } from './no-web-socket.ts';
import { resuming } from './resume.ts';

export interface ConnectionOptions {
  /** Brim's URL, `https://brim.example`, or that of its GraphQL, `https://brim.example/graphql`. */
  readonly url: string;
  /**
   * A customer token, or a function that fetches one. It is called for each request and each new
   * socket, so it should cache the token.
   */
  readonly token: string | (() => string | Promise<string>);
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** The WebSocket class, for Node 20, which has no global one. */
  readonly webSocket?: unknown;
}

export interface Connection {
  readonly url: string;
  readonly fetch: typeof fetch;
  /** Opens no socket before the first subscription, so rendering on a server opens none. */
  readonly socket: Client;
}

export function openConnection(options: ConnectionOptions): Connection {
  const { url, token, fetch: send = fetch } = options;
  const endpoint = endpointOf(url);
  return {
    url: endpoint,
    async fetch(input, init) {
      const headers = new Headers(init?.headers);
      headers.set('authorization', await authorizationOf(token));
      return send(input, { ...init, headers });
    },
    socket: resuming(openSocket(endpoint, options)),
  };
}

async function authorizationOf(token: ConnectionOptions['token']): Promise<string> {
  return `Bearer ${typeof token === 'string' ? token : await token()}`;
}

/**
 * Reconnects without a limit, with a back-off that a message resets. A refused token is not sent
 * again unless a new one replaces it.
 */
function openSocket(endpoint: string, { token, webSocket }: ConnectionOptions): Client {
  const backOff = openBackOff();
  const { keepAlive, on } = openHeartbeat(() => client.terminate());
  let isServerLeaving = false;
  const client: Client = createClient({
    url: endpoint.replace(/^http/, 'ws'),
    // Without a token Brim closes the socket with a code after which it is opened again. An error
    // thrown here would end the subscription.
    connectionParams: async () => ({ authorization: await authorizationOf(token).catch(() => '') }),
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (problem) => !(problem instanceof NoWebSocketError) && (typeof token !== 'string' || !isForbidden(problem)),
    retryWait: () => new Promise((resolve) => setTimeout(resolve, backOff.next(isServerLeaving))),
    keepAlive,
    on: {
      ...on,
      closed(event) {
        on.closed();
        isServerLeaving = isGoodbye(event);
      },
      message({ type }) {
        if (type === 'next' || type === 'pong') backOff.reset();
      },
    },
    webSocketImpl: webSocket ?? globalThis.WebSocket ?? NoWebSocket,
  });
  return client;
}
