/**
 * The socket for subscriptions: opened with the first one, closed with the last, and opened again
 * by itself after it was lost.
 */
import { type Client, createClient } from 'graphql-ws';
import type { DocumentText } from '../documents/document-text.ts';

/** idle: nothing is subscribed to. */
export type Connection = 'idle' | 'connecting' | 'live' | 'offline';

export interface Live {
  /** Calls `onMessage` with each message. @returns a function that ends it. */
  subscribe<Data, Variables>(
    text: DocumentText<Data, Variables>,
    variables: Variables,
    on: { message: (data: Data) => void; problem: (message: string) => void },
  ): () => void;
  /** The state of the connection, as a store for useSyncExternalStore. */
  readonly connection: { get: () => Connection; subscribe: (listener: () => void) => () => void };
  close(): void;
}

const PING_INTERVAL_MS = 12_000;
/** How long a pong may take. It detects connections lost during sleep or a change of network. */
const PONG_TIMEOUT_MS = 5_000;
const MAX_WAIT_MS = 10_000;

export function openLive(key: string): Live {
  const listeners = new Set<() => void>();
  let connection: Connection = 'idle';
  let patience: ReturnType<typeof setTimeout>;
  const become = (next: Connection) => {
    connection = next;
    for (const listener of listeners) listener();
  };

  const client: Client = createClient({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    connectionParams: { authorization: `Bearer ${key}` },
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) =>
      new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(MAX_WAIT_MS, 500 * 2 ** Math.min(retries, 6)))),
    keepAlive: PING_INTERVAL_MS,
    on: {
      connecting: (isRetry) => become(isRetry ? 'offline' : 'connecting'),
      connected: () => become('live'),
      ping(isReceived) {
        if (isReceived) return;
        clearTimeout(patience);
        patience = setTimeout(() => client.terminate(), PONG_TIMEOUT_MS);
      },
      pong: () => clearTimeout(patience),
      closed(event) {
        clearTimeout(patience);
        become(isOurs(event) ? 'idle' : 'offline');
      },
    },
  });

  return {
    subscribe<Data>(
      query: string,
      variables: unknown,
      on: { message: (data: Data) => void; problem: (message: string) => void },
    ) {
      return client.subscribe<Data>(
        { query, variables: { ...(variables as Record<string, unknown>) } },
        {
          next({ data, errors }) {
            if (data) on.message(data);
            else on.problem(errors?.[0]?.message ?? 'The server sent nothing.');
          },
          error(error) {
            const [first] = Array.isArray(error) ? error : [error];
            on.problem(first instanceof Error ? first.message : 'The connection ended.');
          },
          complete: () => undefined,
        },
      );
    },
    connection: {
      get: () => connection,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    close: () => void client.dispose(),
  };
}

/** 1000: this page closed it, because nothing is subscribed to. */
function isOurs(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'code' in event && event.code === 1_000;
}
