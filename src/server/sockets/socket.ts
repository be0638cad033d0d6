/**
 * Adapts one WebSocket for graphql-ws: its reader sets the pace, and a dead connection is closed.
 *
 * `send` resolves when the message has left this process and the client has confirmed most of what
 * went before it, so that a subscription is not pulled ahead of a slow reader. A client that reads
 * nothing for long, or does not answer pings, is disconnected; it reconnects by itself. Too many
 * operations are not refused: the server stops reading the socket until some are answered.
 *
 * graphql-ws has such an adapter. In it an unexpected error closes the socket with 4500, after
 * which clients never reconnect, and a slow reader counts as a dead one.
 */
import type { WebSocket as Peer, Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Log } from '../../platform/log.ts';
import { isLostPush } from '../answers/lost-push.ts';
import type { Limits } from '../limits/limits.ts';
import { CLOSE, sayGoodbye } from './goodbye.ts';
import type { SocketWriter } from './socket-writer.ts';

/** The error codes of the protocol's own close codes. */
const PROTOCOL_ERRORS: Readonly<Record<number, string>> = {
  4400: 'BAD_REQUEST',
  4401: 'UNAUTHENTICATED',
  4403: 'FORBIDDEN',
  4406: 'SUBPROTOCOL_NOT_ACCEPTABLE',
  4408: 'INITIALISATION_TIMEOUT',
  4409: 'SUBSCRIBER_ALREADY_EXISTS',
  4429: 'TOO_MANY_INITIALISATION_REQUESTS',
};
const BAD_REQUEST = 4400;

export interface SocketServing<Extra> {
  readonly protocol: Server<Extra>;
  readonly extra: Extra;
  readonly writer: SocketWriter;
  readonly limits: Limits;
  readonly log: Log;
}

export function serveSocket<Extra>(socket: WebSocket, { protocol, extra, writer, limits, log }: SocketServing<Extra>): void {
  const peer: Peer = {
    protocol: socket.protocol,
    send: (text) => writer.write((done) => socket.send(text, done), text.length),
    close: (code = CLOSE.tryAgainLater, reason = '') =>
      sayGoodbye(socket, { code, reason: `${PROTOCOL_ERRORS[code] ?? 'INTERNAL'}: ${reason}`, limits }),
    onMessage: (receive) => readMessages(socket, { receive, writer, limits, log }),
  };
  const closed = protocol.opened(peer, extra);
  keepAlive(socket, { writer, limits });
  // ws closes the socket itself after a protocol error, such as a message that is too large (1009).
  socket.on('error', (err) => log.debug({ err }, 'socket error'));
  socket.once('close', (code, reason) => {
    closed(code, String(reason)).catch((err) => log.error({ err }, 'unexpected error'));
  });
}

interface Reading extends Pick<SocketServing<unknown>, 'writer' | 'limits' | 'log'> {
  readonly receive: (text: string) => Promise<void>;
}

/** An operation counts until it is answered, a subscription until it ends. */
function readMessages(socket: WebSocket, { receive, writer, limits, log }: Reading): void {
  let receiving = 0;
  socket.on('message', async (message, isBinary) => {
    if (isBinary) return sayGoodbye(socket, { code: BAD_REQUEST, reason: 'BAD_REQUEST: Send text frames.', limits });
    receiving += 1;
    if (receiving >= limits.socketMaxOperations) {
      socket.pause();
      writer.release();
    }
    try {
      await receive(String(message));
    } catch (err) {
      const isLost = isLostPush(err);
      if (isLost) log.warn({ err }, 'a subscription could not be read: its socket closes');
      // After the close nobody is left to receive the answer of an operation that was being sent.
      else if (socket.readyState === socket.OPEN) log.error({ err }, 'unexpected error');
      const reason = isLost ? `${err.extensions['code']}: ${err.message}` : 'INTERNAL: Unexpected error.';
      sayGoodbye(socket, { code: CLOSE.tryAgainLater, reason, limits });
    }
    receiving -= 1;
    if (socket.isPaused && receiving < limits.socketMaxOperations) socket.resume();
  });
}

/**
 * A peer that does not answer pings is dead, unless the socket is paused or the ping is still in
 * the buffer.
 */
function keepAlive(socket: WebSocket, { writer, limits }: Pick<SocketServing<unknown>, 'writer' | 'limits'>): void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (socket.isPaused || socket.bufferedAmount > 0) return;
    if (!answered) return socket.terminate();
    answered = false;
    void writer.write((done) => socket.ping(undefined, undefined, done)).catch(() => undefined);
  }, limits.socketPingIntervalMs);
  socket.once('close', () => clearInterval(timer));
}
