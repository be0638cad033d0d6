/**
 * Limits how much is sent on a socket ahead of what its client has read.
 *
 * The operating system's buffers take megabytes that nobody reads, and executing those pushes
 * delays other clients. A client that answers a ping has read everything that was sent before it.
 * So a ping follows every few messages, and the socket sends little more than what the client has
 * confirmed.
 */
import type { WebSocket } from 'ws';

export interface FlowControl {
  /**
   * Counts what is sent now.
   * @returns a promise that resolves once enough is confirmed to send more, or the socket has
   * closed; undefined where more may be sent at once.
   */
  count(bytes: number): Promise<void> | undefined;
  /**
   * Lets everything that waits continue. For a socket that is not being read, and so receives no
   * pongs.
   */
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
    // Ignores a ping without a number, which is not from here, and numbers that were never sent.
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
