/** What is known of an operation before its context is made. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../../access/budgets.ts';

export interface RequestContext {
  readonly requestId: string;
  /** Found from the Authorization header, or by the socket. */
  caller?: Caller;
  /** True once the caller has disconnected. */
  readonly hasLeft?: () => boolean;
}

export interface HttpContext extends RequestContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The body, where it was read already. */
  body?: Buffer;
}
