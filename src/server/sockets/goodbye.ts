/** Closes sockets with a code after which clients do the right thing, and a reason. */
import type { WebSocket } from 'ws';
import { tellRefusal } from '../answers/told-errors.ts';
import type { Limits } from '../limits/limits.ts';

/** After these close codes graphql-ws clients reconnect. After 4401, 4429 and 4500 they give up. */
export const CLOSE = { goingAway: 1001, tryAgainLater: 1013, forbidden: 4403 } as const;

export interface Goodbye {
  readonly code: number;
  /** Begins with an error code: "UNAUTHENTICATED: …". */
  readonly reason: string;
  readonly limits: Pick<Limits, 'socketGoodbyeMs'>;
}

/**
 * Closes the socket, and terminates it where the peer does not answer the close frame. Unless this
 * process is going away, that is a refusal.
 */
export function sayGoodbye(socket: WebSocket, { code, reason, limits }: Goodbye): void {
  if (socket.readyState !== socket.OPEN) return;
  if (code !== CLOSE.goingAway) {
    const [refused = ''] = reason.split(':', 1);
    tellRefusal({ code: refused, requestId: undefined, isTold: false });
  }
  if (socket.isPaused) socket.resume();
  socket.close(code, shortenReason(reason));
  const timer = setTimeout(() => socket.terminate(), limits.socketGoodbyeMs);
  socket.once('close', () => clearTimeout(timer));
}

/** A close frame has room for 123 bytes. */
function shortenReason(reason: string): string {
  return Buffer.byteLength(reason) <= 123 ? reason : `${Buffer.from(reason).subarray(0, 117).toString()}…`;
}
