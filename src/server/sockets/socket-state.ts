/** The state of a socket, which its authentication and its operations share. */
import type { WebSocket } from 'ws';
import type { Caller } from '../../access/budgets.ts';

/** What is known of one socket. */
export interface SocketState {
  readonly socket: WebSocket;
  /**
   * Sends the text of a push.
   * @returns undefined where more may be sent at once; otherwise a promise that resolves when it
   * may, and rejects once the socket has closed.
   */
  readonly push: (text: string) => Promise<void> | undefined;
  /** The caller that connection_init named, if it named one. */
  caller?: Caller;
  /** True once valid credentials came over the socket. */
  isAuthenticated?: boolean;
  /** The ids of its subscriptions; some may have ended. */
  readonly subscriptionIds: Set<string>;
}
