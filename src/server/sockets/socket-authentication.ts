/**
 * Authenticates sockets: connection_init sends the credentials once, or each operation brings its
 * own, as GraphiQL does.
 *
 * Invalid credentials and the end of a token or a key close the socket with 4403: after that code
 * graphql-ws clients reconnect with a new token, and after 4401 they give up. A socket without
 * credentials is closed after a while. Every socket of a customer is counted, however it was
 * authenticated. The reason of a close begins with an error code.
 */
import type { Access } from '../../access/access.ts';
import { hasIssuedKey } from '../../access/actor.ts';
import { type Caller, credentialIdOf } from '../../access/budgets.ts';
import { UnauthenticatedError } from '../../values/errors.ts';
import { maskError } from '../answers/masking.ts';
import { type ConnectionCounts, tooManyConnections } from '../limits/connection-counts.ts';
import type { Limits } from '../limits/limits.ts';
import { canEnd, type EndingActor, type TokenEndDeps, whenTokenEnds } from '../streams/token-end.ts';
import { CLOSE, sayGoodbye } from './goodbye.ts';
import type { SocketState } from './socket-state.ts';

export interface SocketAuthenticationOptions extends TokenEndDeps {
  readonly access: Pick<Access, 'authenticate' | 'confirm' | 'onRevoked'>;
  readonly connectionCounts: ConnectionCounts;
  readonly limits: Limits;
}

export interface SocketAuthentication {
  /**
   * False where the socket is being closed instead. A socket without credentials stays open for a
   * while, and each of its operations must bring its own.
   */
  admit(state: SocketState, connectionParams: unknown): Promise<boolean>;
  /**
   * @throws UnauthenticatedError, or RateLimitedError where the customer has too many connections.
   */
  callerOf(state: SocketState, headers: unknown): Promise<Caller>;
}

export function openSocketAuthentication(options: SocketAuthenticationOptions): SocketAuthentication {
  const { access, connectionCounts, limits } = options;
  return {
    async admit(state, connectionParams) {
      const { socket } = state;
      try {
        const authorization = findAuthorization(connectionParams);
        if (authorization === undefined) {
          closeUnlessAuthenticated(state);
          return true;
        }
        const caller = await identify(state, authorization);
        state.caller = caller;
        if (canEnd(caller.actor)) closeAtEnd(state, caller.actor);
        return true;
      } catch (error) {
        const { message, extensions } = maskError(error);
        const code = extensions['retryable'] === true ? CLOSE.tryAgainLater : CLOSE.forbidden;
        sayGoodbye(socket, { code, reason: `${extensions['code']}: ${message}`, limits });
        return false;
      }
    },

    async callerOf(state, headers) {
      const authorization = findAuthorization(headers);
      if (authorization !== undefined) return identify(state, authorization);
      if (state.caller && hasIssuedKey(state.caller.actor)) await access.confirm(state.caller.actor);
      if (state.caller) return state.caller;
      throw new UnauthenticatedError(`No credentials were sent. ${WHAT_TO_SEND}`);
    },
  };

  async function identify(state: SocketState, authorization: string): Promise<Caller> {
    const actor = await access.authenticate(authorization);
    if (actor.kind === 'customer' && !connectionCounts.admitFor(state.socket, actor.customerId))
      throw tooManyConnections('This customer');
    state.isAuthenticated = true;
    return { actor, credentialId: credentialIdOf(authorization) };
  }

  function closeUnlessAuthenticated(state: SocketState): void {
    const { socket } = state;
    const seconds = limits.socketAuthenticationTimeoutMs / 1_000;
    const reason = `UNAUTHENTICATED: No credentials were sent for ${seconds} s.`;
    const end = () => state.isAuthenticated || sayGoodbye(socket, { code: CLOSE.forbidden, reason, limits });
    closeAfter(state, limits.socketAuthenticationTimeoutMs, end);
  }

  function closeAtEnd({ socket }: SocketState, actor: EndingActor): void {
    const forget = whenTokenEnds(actor, options, ({ code, message }) =>
      sayGoodbye(socket, { code: CLOSE.forbidden, reason: `${code}: ${message}`, limits }),
    );
    socket.once('close', forget);
    if (socket.readyState !== socket.OPEN) forget();
  }
}

const WHAT_TO_SEND = 'Send "authorization": "Bearer <secret key or customer token>" in connectionParams.';

function closeAfter({ socket }: SocketState, afterMs: number, end: () => void): void {
  const timer = setTimeout(end, Math.max(0, afterMs));
  socket.once('close', () => clearTimeout(timer));
  if (socket.readyState !== socket.OPEN) clearTimeout(timer);
}

/** Header names have no case. @throws UnauthenticatedError where the value is no text. */
function findAuthorization(container: unknown): string | undefined {
  if (typeof container !== 'object' || container === null) return undefined;
  for (const [name, value] of Object.entries(container)) {
    if (name.toLowerCase() !== 'authorization') continue;
    if (typeof value === 'string') return value;
    throw new UnauthenticatedError(`The authorization is no text. ${WHAT_TO_SEND}`);
  }
  return undefined;
}
