/**
 * One WebSocket, as graphql-ws wants it: paced by its reader, and cut off when it is of no use.
 *
 * `send` resolves when the message has left this process and most of what went before it is known to be read, so that a subscription
 * is not pulled ahead of a reader that is slow.
 * One that reads nothing for long, or does not answer pings, loses its connection; its client comes back. More operations than
 * are reasonable are not refused: the socket is simply not read until some are answered.
 *
 * graphql-ws has such an adapter, in which a surprise closes the socket with 4500, which clients never retry, and which takes
 * a reader that is slow for one that is dead.
 */
import type { WebSocket as Peer, Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Log } from '../../platform/log.ts';
import { isLostPush } from '../answers/lost-push.ts';
import type { Limits } from '../limits/limits.ts';
import { type FlowControl, openFlowControl } from './flow-control.ts';

/** Close codes that graphql-ws clients answer by connecting again. 4401, 4429 and 4500 they take as final. */
export const CLOSE = { goingAway: 1001, tryAgainLater: 1013, forbidden: 4403 } as const;

/** What the protocol closes for by itself, as errors call it. */
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
  // ws closes by itself after a protocol error, such as a message that is too large (1009).
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
 * Resolves when what was written is flushed, and there is room for more; what is not, in a while, ends the socket. On a socket that is going it waits for
 * its end and then rejects: resolving would let a subscription that is always ready spin until then, and nothing else would
 * run.
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
  /** Begins with a code, as errors have them: "UNAUTHENTICATED: …". */
  readonly reason: string;
  readonly limits: Pick<Limits, 'socketGoodbyeMs'>;
}

/** Closes; and cuts off a peer that does not answer, as one that reads nothing never does. */
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

/** An operation is received until it is answered, a subscription until it ends. */
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
      // An operation that was being sent when its socket went has nobody left to tell.
      else if (socket.readyState === socket.OPEN) log.error({ err }, 'unexpected error');
      const reason = isLost ? `${err.extensions['code']}: ${err.message}` : 'INTERNAL: Unexpected error.';
      sayGoodbye(socket, { code: CLOSE.tryAgainLater, reason, limits });
    }
    receiving -= 1;
    if (socket.isPaused && receiving < limits.socketMaxOperations) socket.resume();
  });
}

/** A silent peer is dead, unless we are not reading it, or have not yet managed to ask. */
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
