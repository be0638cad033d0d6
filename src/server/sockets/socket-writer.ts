/**
 * Writes to one WebSocket, at the pace of its reader.
 *
 * An answer waits until it has left this process. A push does not: a socket may have as many bytes
 * on their way as the flow control allows, and all that is written within one turn of the event
 * loop leaves in one call of the system. A reader that takes nothing for long is disconnected.
 */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Limits } from '../limits/limits.ts';
import { openFlowControl } from './flow-control.ts';
import { gatherWrites } from './gathered-writes.ts';
import { CLOSE, sayGoodbye } from './goodbye.ts';

export interface SocketWriter {
  /**
   * Resolves when what `start` sends is flushed and there is room for more. On a closing socket it
   * waits for the close and then rejects: if it resolved, a subscription that is always ready
   * would loop until then and block the event loop.
   */
  write(start: (done: (error?: Error) => void) => void, bytes?: number): Promise<void>;
  /**
   * Sends a push.
   * @returns undefined where there is room for more; otherwise a promise as of `write`.
   */
  push(text: string): Promise<void> | undefined;
  /**
   * Lets everything that waits for room continue: for a socket that is not being read, and so
   * receives no pongs.
   */
  release(): void;
}

export interface Writing {
  /** The connection beneath the socket. */
  readonly connection: Duplex;
  readonly limits: Limits;
}

const STALLED = 'STALLED: Nothing was read for too long.';

export function openSocketWriter(socket: WebSocket, { connection, limits }: Writing): SocketWriter {
  const flowControl = openFlowControl(socket, limits.socketUnreadMaxBytes);
  const gone = new Promise<never>((_resolve, reject) => {
    socket.once('close', () => reject(new Error('The socket is closed.')));
  });
  gone.catch(() => undefined);
  const giveUp = () => sayGoodbye(socket, { code: CLOSE.tryAgainLater, reason: STALLED, limits });
  const flushing = openStallTimer(giveUp, limits.socketStallTimeoutMs);
  const isOpen = () => socket.readyState === socket.OPEN;

  async function untilRead(room: Promise<void>): Promise<void> {
    const timer = setTimeout(giveUp, limits.socketStallTimeoutMs);
    try {
      await room;
    } finally {
      clearTimeout(timer);
    }
  }

  const write: SocketWriter['write'] = async (start, bytes = 0) => {
    if (!isOpen()) return gone;
    const flushed = new Promise<void>((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
    const room = flowControl.count(bytes);
    await untilRead(flushed.then(() => room));
  };

  return {
    write,
    push(text) {
      if (!isOpen()) return gone;
      // No pong says then what was read, so only the flush can.
      if (socket.isPaused) return write((done) => socket.send(text, done), text.length);
      gatherWrites(connection);
      flushing.begin();
      socket.send(text, flushing.end);
      const room = flowControl.count(text.length);
      return room && untilRead(room);
    },
    release: flowControl.release,
  };
}

interface StallTimer {
  begin(): void;
  end(): void;
}

/** Calls back where something has begun, and nothing has ended for so long. */
function openStallTimer(onStall: () => void, afterMs: number): StallTimer {
  let begun = 0;
  let timer: NodeJS.Timeout | undefined;
  return {
    begin() {
      begun += 1;
      if (begun === 1) timer = setTimeout(onStall, afterMs);
    },
    end() {
      begun -= 1;
      if (begun === 0) clearTimeout(timer);
      else timer?.refresh();
    },
  };
}
