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
import { type FlowControl, openFlowControl } from './flow-control.ts';

/** After these close codes graphql-ws clients reconnect. After 4401, 4429 and 4500 they give up. */
export const CLOSE = { goingAway: 1001, tryAgainLater: 1013, forbidden: 4403 } as const;

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
  readonly limits: Limits;
  readonly log: Log;
}

export function serveSocket<Extra>(socket: WebSocket, { protocol, extra, limits, log }: SocketServing<Extra>): void {
  const flowControl = openFlowControl(socket, limits.socketUnreadMaxBytes);
  const write = openWriter(socket, { flowControl, limits });
  const peer: Peer = {
    protocol: socket.protocol,
    send: (text) => write((done) => socket.send(text, done), text.length),
    close: (code = CLOSE.tryAgainLater, reason = '') =>
      sayGoodbye(socket, { code, reason: `${PROTOCOL_ERRORS[code] ?? 'INTERNAL'}: ${reason}`, limits }),
    onMessage: (receive) => readMessages(socket, { receive, flowControl, limits, log }),
  };
  const closed = protocol.opened(peer, extra);
  keepAlive(socket, { write, limits });
  // ws closes the socket itself after a protocol error, such as a message that is too large (1009).
  socket.on('error', (err) => log.debug({ err }, 'socket error'));
  socket.once('close', (code, reason) => {
    closed(code, String(reason)).catch((err) => log.error({ err }, 'unexpected error'));
  });
}

const STALLED = 'STALLED: Nothing was read for too long.';

type Write = (start: (done: (error?: Error) => void) => void, bytes?: number) => Promise<void>;

interface Writing {
  readonly flowControl: FlowControl;
  readonly limits: Limits;
}

/**
 * Resolves when the message is flushed and there is room for more; ends the socket where that takes
 * too long. On a closing socket it waits for the close and then rejects: if it resolved, a
 * subscription that is always ready would loop until then and block the event loop.
 */
function openWriter(socket: WebSocket, { flowControl, limits }: Writing): Write {
  const gone = new Promise<never>((_resolve, reject) => {
    socket.once('close', () => reject(new Error('The socket is closed.')));
  });
  gone.catch(() => undefined);
  return async (start, bytes = 0) => {
    if (socket.readyState !== socket.OPEN) return gone;
    const giveUp = () => sayGoodbye(socket, { code: CLOSE.tryAgainLater, reason: STALLED, limits });
    const timer = setTimeout(giveUp, limits.socketStallTimeoutMs);
    try {
      const flushed = new Promise<void>((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
      const room = flowControl.count(bytes);
      await flushed;
      await room;
    } finally {
      clearTimeout(timer);
    }
  };
}

export interface Goodbye {
  readonly code: number;
  /** Begins with an error code: "UNAUTHENTICATED: …". */
  readonly reason: string;
  readonly limits: Pick<Limits, 'socketGoodbyeMs'>;
}

/** Closes the socket, and terminates it where the peer does not answer the close frame. */
export function sayGoodbye(socket: WebSocket, { code, reason, limits }: Goodbye): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.isPaused) socket.resume();
  socket.close(code, shortenReason(reason));
  const timer = setTimeout(() => socket.terminate(), limits.socketGoodbyeMs);
  socket.once('close', () => clearTimeout(timer));
}

/** A close frame has room for 123 bytes. */
function shortenReason(reason: string): string {
  return Buffer.byteLength(reason) <= 123 ? reason : `${Buffer.from(reason).subarray(0, 117).toString()}…`;
}

interface Reading extends Writing {
  readonly receive: (text: string) => Promise<void>;
  readonly log: Log;
}

/** An operation counts until it is answered, a subscription until it ends. */
function readMessages(socket: WebSocket, { receive, flowControl, limits, log }: Reading): void {
  let receiving = 0;
  socket.on('message', async (message, isBinary) => {
    if (isBinary) return sayGoodbye(socket, { code: BAD_REQUEST, reason: 'BAD_REQUEST: Send text frames.', limits });
    receiving += 1;
    if (receiving >= limits.socketMaxOperations) {
      socket.pause();
      flowControl.release();
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
function keepAlive(socket: WebSocket, { write, limits }: { readonly write: Write; readonly limits: Limits }): void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (socket.isPaused || socket.bufferedAmount > 0) return;
    if (!answered) return socket.terminate();
    answered = false;
    void write((done) => socket.ping(undefined, undefined, done)).catch(() => undefined);
  }, limits.socketPingIntervalMs);
  socket.once('close', () => clearInterval(timer));
}
