/**
 * What a socket's reader is known to have read.
 *
 * The system's buffers take megabytes of what nobody reads, and working those out keeps others waiting. Whoever answers a ping has read
 * all that was sent before it: so a ping goes with every few messages, and nobody is sent much more than it is known to have read.
 */
import type { WebSocket } from 'ws';

export interface FlowControl {
  /** Counts what is sent now. @returns once so much of what was sent before is known to be read that more may follow; or the socket is gone. */
  count(bytes: number): Promise<void> | undefined;
  /** Nothing is read from the socket now, flowControl included: whoever waits for one goes on. */
  release(): void;
}

export function openFlowControl(socket: WebSocket, unreadMaxBytes: number): FlowControl {
  let sent = 0;
  let asked = 0;
  let read = 0;
  const waiting = new Set<{ readonly untilRead: number; readonly go: () => void }>();

  const release = () => {
    for (const { go } of waiting) go();
    waiting.clear();
  };
  socket.on('pong', (payload) => {
    const upTo = Number(String(payload));
    // A ping without a number is none of ours, and nobody has read what was not asked for.
    if (!(upTo > read && upTo <= asked)) return;
    read = upTo;
    for (const each of waiting) {
      if (read < each.untilRead) continue;
      waiting.delete(each);
      each.go();
    }
  });
  socket.once('close', release);

  return {
    count(bytes) {
      const untilRead = sent - unreadMaxBytes;
      sent += bytes;
      if (sent - asked >= unreadMaxBytes / 2) {
        asked = sent;
        socket.ping(String(sent));
      }
      return untilRead <= read || socket.isPaused ? undefined : new Promise((go) => void waiting.add({ untilRead, go }));
    },
    release,
  };
}
