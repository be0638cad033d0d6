/** A session over one WebSocket that all watches share. */
import { createClient, type FormattedExecutionResult } from 'graphql-ws';
import { isForbidden, isGoodbye } from './close-codes.ts';
import { asLiveError, LiveError } from './live-error.ts';
import { hand, type OpenSession } from './session.ts';

/** A socket that is not open by then counts as blocked by something on the network. */
const OPEN_TIMEOUT_MS = 8_000;
const PING_INTERVAL_MS = 12_000;
/** How long a pong may take. It detects connections lost during sleep or a change of network. */
const PONG_TIMEOUT_MS = 5_000;

export const openSocketSession: OpenSession = (options) => {
  const { url, token, onLive, onHeard, onEnd } = options;
  // A web view may have none.
  if (typeof WebSocket === 'undefined') throw asLiveError();
  const late = () => end(asLiveError());
  let patience: ReturnType<typeof setTimeout>;
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
        if (!received || closed) return;
        clearTimeout(patience);
        onHeard();
      },
      closed: (event) => end(errorOfClose(event)),
      error: () => end(asLiveError()),
    },
  });

  patience = setTimeout(late, OPEN_TIMEOUT_MS);

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
        next(result: FormattedExecutionResult<Message>) {
          if (closed) return;
          if (!result.errors) onHeard();
          hand(result, watch, { onEnd: end });
        },
        error: (error) => (Array.isArray(error) ? hand({ errors: error }, watch, { onEnd: end }) : end(asLiveError())),
        complete: () => undefined,
      });
    },
  };
};

function errorOfClose(event: unknown): LiveError {
  if (isForbidden(event)) return new LiveError('The customer token is refused.', 'UNAUTHENTICATED');
  if (isGoodbye(event)) return new LiveError('Brim is going away.', 'GOING_AWAY');
  return asLiveError();
}
