/** How a browser reaches Brim: its token on every request and every socket, and a socket that comes back. */
import { type Client, createClient } from 'graphql-ws';
import { endpointOf } from '../endpoint.ts';
import { openBackOff } from '../live/back-off.ts';
import { openHeartbeat } from './heartbeat.ts';
import { NoWebSocket, NoWebSocketError } from './no-web-socket.ts';
import { resuming } from './resume.ts';

export interface ConnectionOptions {
  /** Where Brim is: `https://brim.example`, or the address of its GraphQL, `https://brim.example/graphql`. */
  readonly url: string;
  /** A customer token, or what fetches one; it is asked again for each request and each new socket, so it had better remember. */
  readonly token: string | (() => string | Promise<string>);
  /** Instead of the global one. */
  readonly fetch?: typeof fetch;
  /** The WebSocket class, where there is no global one: Node 20. */
  readonly webSocket?: unknown;
}

export interface Connection {
  readonly url: string;
  readonly fetch: typeof fetch;
  /** Opens nothing before the first subscription: a page that is rendered on a server has none. */
  readonly socket: Client;
}

/** The token has ended, or is none. */
const FORBIDDEN = 4403;

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
 * It comes back for ever, after longer and longer waits until a message comes; but a token that is refused, and that nothing replaces, is
 * not shown again.
 */
function openSocket(endpoint: string, { token, webSocket }: ConnectionOptions): Client {
  const backOff = openBackOff();
  const { keepAlive, on } = openHeartbeat(() => client.terminate());
  const client: Client = createClient({
    url: endpoint.replace(/^http/, 'ws'),
    // A token that cannot be had now is sent as none, which Brim closes with a code that is tried again; an error here is not.
    connectionParams: async () => ({ authorization: await authorizationOf(token).catch(() => '') }),
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (problem) => !(problem instanceof NoWebSocketError) && (typeof token !== 'string' || !isForbidden(problem)),
    retryWait: () => new Promise((resolve) => setTimeout(resolve, backOff.next())),
    keepAlive,
    on: {
      ...on,
      message({ type }) {
        if (type === 'next' || type === 'pong') backOff.reset();
      },
    },
    webSocketImpl: webSocket ?? globalThis.WebSocket ?? NoWebSocket,
  });
  return client;
}

function isForbidden(problem: unknown): boolean {
  return typeof problem === 'object' && problem !== null && 'code' in problem && problem.code === FORBIDDEN;
}
