/** How a browser reaches Brim: its token on every request and every socket, and a socket that comes back. */
import { type Client, createClient } from 'graphql-ws';
import { openHeartbeat } from './heartbeat.ts';
import { resuming } from './resume.ts';

export interface ConnectionOptions {
  /** Where Brim is: `https://brim.example`. */
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
  readonly socket: Client;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

export function openConnection({ url, token, fetch: send = fetch, webSocket }: ConnectionOptions): Connection {
  const authorization = async () => `Bearer ${typeof token === 'string' ? token : await token()}`;
  const endpoint = new URL('/graphql', url).href;
  const client: Client = createClient({
    url: endpoint.replace(/^http/, 'ws'),
    // A token that cannot be had now is sent as none, which Brim closes with a code that is tried again; an error here is not.
    connectionParams: async () => ({ authorization: await authorization().catch(() => '') }),
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: waitBeforeRetry,
    ...openHeartbeat(() => client.terminate()),
    ...(webSocket ? { webSocketImpl: webSocket } : {}),
  });
  return {
    url: endpoint,
    async fetch(input, init) {
      const headers = new Headers(init?.headers);
      headers.set('authorization', await authorization());
      return send(input, { ...init, headers });
    },
    socket: resuming(client),
  };
}

/** Half a second, twice as long each time, at most half a minute; of that at least half, so that pages do not all come back at once. */
function waitBeforeRetry(retries: number): Promise<void> {
  const waitMs = Math.min(FIRST_WAIT_MS * 2 ** retries, LONGEST_WAIT_MS) * (0.5 + Math.random() / 2);
  return new Promise((resolve) => setTimeout(resolve, waitMs));
}
