import type { WebSocket } from 'ws';
import type { Caller } from '../../access/budgets.ts';

/** What is known of one socket. */
export interface SocketState {
  readonly socket: WebSocket;
  /** Whom connection_init spoke for, if it did. */
  caller?: Caller;
  /** Whether anything that came over it had good credentials. */
  isAuthenticated?: boolean;
  /** Ids of its subscriptions; some may have ended. */
  readonly subscriptionIds: Set<string>;
}
