/**
 * Whom a socket speaks for: connection_init says it once, or each operation brings its own, as GraphiQL does.
 *
 * Bad credentials close the socket with 4403, and so does a token that ends: graphql-ws clients come back from it with a new
 * token, and give up after 4401. A customer's sockets are counted, whichever way they said who they are.
 */
import type { Access } from '../access/access.ts';
import type { Actor } from '../access/actor.ts';
import type { Clock } from '../clock.ts';
import { OverloadedError, UnauthenticatedError } from '../errors.ts';
import type { Limits } from './limits.ts';
import { maskError } from './masking.ts';
import { CLOSE, sayGoodbye } from './socket.ts';
import type { SocketCensus } from './socket-census.ts';
import type { SocketFacts } from './socket-operations.ts';

export interface SocketActorsOptions {
  readonly access: Pick<Access, 'authenticate'>;
  readonly census: SocketCensus;
  readonly clock: Clock;
  readonly limits: Limits;
}

export interface SocketActors {
  /**
   * False where the socket is being closed instead. Without credentials a socket is open, and each operation must bring its
   * own.
   */
  admit(facts: SocketFacts, connectionParams: unknown): Promise<boolean>;
  /** @throws UnauthenticatedError, or OverloadedError where the customer has too many sockets. */
  actorOf(facts: SocketFacts, headers: unknown): Promise<Actor>;
}

export function openSocketActors({ access, census, clock, limits }: SocketActorsOptions): SocketActors {
  return {
    async admit(facts, connectionParams) {
      const { socket } = facts;
      const authorization = findAuthorization(connectionParams);
      if (authorization === undefined) return true;
      try {
        const actor = await access.authenticate(authorization);
        facts.actor = actor;
        if (actor.kind === 'app') return true;
        if (!census.admit(socket, actor.customerId)) {
          sayGoodbye(socket, { code: CLOSE.tryAgainLater, reason: 'This customer has too many sockets open.', limits });
          return false;
        }
        closeAtEnd(facts, actor.expiresAt);
        return true;
      } catch (error) {
        sayGoodbye(socket, { code: CLOSE.forbidden, reason: shorten(maskError(error).message), limits });
        return false;
      }
    },

    async actorOf({ socket, actor }, headers) {
      const authorization = findAuthorization(headers);
      if (authorization === undefined) {
        if (actor) return actor;
        throw new UnauthenticatedError(
          'No credentials were sent. Send "authorization": "Bearer <secret key or customer token>" in connectionParams.',
        );
      }
      const own = await access.authenticate(authorization);
      if (own.kind === 'customer' && !census.admit(socket, own.customerId)) throw new OverloadedError();
      return own;
    },
  };

  function closeAtEnd({ socket }: SocketFacts, expiresAt: Date): void {
    const end = () => sayGoodbye(socket, { code: CLOSE.forbidden, reason: 'The customer token has expired.', limits });
    const timer = setTimeout(end, Math.max(0, expiresAt.getTime() - clock.now().getTime()));
    socket.once('close', () => clearTimeout(timer));
    if (socket.readyState !== socket.OPEN) clearTimeout(timer);
  }
}

/** As header names are: whatever their case. What is there and no text is bad credentials. */
function findAuthorization(container: unknown): string | undefined {
  if (typeof container !== 'object' || container === null) return undefined;
  for (const [name, value] of Object.entries(container)) {
    if (name.toLowerCase() === 'authorization') return typeof value === 'string' ? value : String(value);
  }
  return undefined;
}

/** A close frame has room for 123 bytes. */
function shorten(reason: string): string {
  return Buffer.byteLength(reason) <= 123 ? reason : 'These credentials are not accepted.';
}
