/** The state of a socket, which its authentication and its operations share. */
import type { WebSocket } from 'ws';
import type { Caller } from '../../access/budgets.ts';

/** What is known of one socket. */
export interface SocketState {
  readonly socket: WebSocket;
  /** The caller that connection_init named, if it named one. */
  caller?: Caller;
  /** True once valid credentials came over the socket. */
  isAuthenticated?: boolean;
  /** The ids of its subscriptions; some may have ended. */
  readonly subscriptionIds: Set<string>;
}
