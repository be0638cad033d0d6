/** Told over one WebSocket, which all watches share. */
import { createClient, type FormattedExecutionResult } from 'graphql-ws';
import { LiveError } from './live-error.ts';
import { hand, type OpenSession } from './session.ts';

/** A socket that is not open by then is taken for one that something on the way does not let through. */
const OPEN_TIMEOUT_MS = 8_000;
const PING_INTERVAL_MS = 12_000;
/** After a ping: a laptop that slept, or a phone that changed its network, finds out by this. */
const PONG_TIMEOUT_MS = 5_000;
/** The token has ended, or is none. */
const FORBIDDEN = 4403;

export const openSocketSession: OpenSession = (options) => {
  const { url, token, onLive, onEnd } = options;
  const late = () => end(new LiveError('The socket is silent.', 'NETWORK'));
  let patience = setTimeout(late, OPEN_TIMEOUT_MS);
  let closed = false;

  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    keepAlive: PING_INTERVAL_MS,
    on: {
      connected() {
        clearTimeout(patience);
        if (!closed) onLive();
      },
      ping(received) {
        if (received) return;
        clearTimeout(patience);
        patience = setTimeout(late, PONG_TIMEOUT_MS);
      },
      pong(received) {
        if (received) clearTimeout(patience);
      },
      closed: (event) => end(isForbidden(event) ? unauthenticated() : lost()),
      error: () => end(lost()),
    },
  });

  function end(error: LiveError): void {
    if (closed) return;
    close();
    onEnd(error);
  }
  function close(): void {
    closed = true;
    clearTimeout(patience);
    client.terminate();
    void client.dispose();
  }

  return {
    close,
    add<Message extends Record<string, unknown>, Answer>(watch: Parameters<typeof hand<Message, Answer>>[1]) {
      return client.subscribe<Message>(watch.subscription(), {
        next: (result: FormattedExecutionResult<Message>) => closed || hand(result, watch, { onEnd: end }),
        error: (error) => (Array.isArray(error) ? hand({ errors: error }, watch, { onEnd: end }) : end(lost())),
        complete: () => undefined,
      });
    },
  };
};

function isForbidden(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'code' in event && event.code === FORBIDDEN;
}

function unauthenticated(): LiveError {
  return new LiveError('The customer token is not accepted any more.', 'UNAUTHENTICATED');
}

function lost(): LiveError {
  return new LiveError('The connection was lost.', 'NETWORK');
}
