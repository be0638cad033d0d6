/**
 * Detects a connection that is gone although nobody closed it: a laptop slept, a phone changed its
 * network. graphql-ws sends pings, but does nothing when they are not answered.
 */
import type { ClientOptions } from 'graphql-ws';

const PING_INTERVAL_MS = 12_000;
const PATIENCE_MS = 5_000;

/**
 * Options for a graphql-ws client. @param onSilence is called when a ping gets no answer in time.
 */
export function openHeartbeat(onSilence: () => void) {
  let patience: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(patience);
  return {
    keepAlive: PING_INTERVAL_MS,
    on: {
      ping(isReceived) {
        if (isReceived) return;
        stop();
        patience = setTimeout(onSilence, PATIENCE_MS);
      },
      pong(isReceived) {
        if (isReceived) stop();
      },
      closed: stop,
    },
  } satisfies Pick<ClientOptions, 'keepAlive' | 'on'>;
}
