/**
 * Whom a socket speaks for: connection_init says it once, or each operation brings its own, as GraphiQL does.
 *
 * Bad credentials close the socket with 4403, and so does a token that ends: graphql-ws clients come back from it with a new
 * token, and give up after 4401. A socket for which nobody shows any is closed after a while. A customer's sockets are counted,
 * whichever way they said who they are. The reason of a close begins with a code, as errors have them.
 */
import type { Access } from '../../access/access.ts';
import type { CustomerActor } from '../../access/actor.ts';
import { type Caller, credentialIdOf } from '../../access/budgets.ts';
import { UnauthenticatedError } from '../../values/errors.ts';
import { maskError } from '../answers/masking.ts';
import { type Census, tooManyConnections } from '../limits/census.ts';
import type { Limits } from '../limits/limits.ts';
import { type TokenEndDeps, whenTokenEnds } from '../streams/token-end.ts';
import { CLOSE, sayGoodbye } from './socket.ts';
import type { SocketFacts } from './socket-facts.ts';

export interface SocketActorsOptions extends TokenEndDeps {
  readonly access: Pick<Access, 'authenticate' | 'onRevoked'>;
  readonly census: Census;
  readonly limits: Limits;
}

export interface SocketActors {
  /**
   * False where the socket is being closed instead. Without credentials a socket is open for a while, and each operation must
   * bring its own.
   */
  admit(facts: SocketFacts, connectionParams: unknown): Promise<boolean>;
  /** @throws UnauthenticatedError, or RateLimitedError where the customer has too many connections. */
  callerOf(facts: SocketFacts, headers: unknown): Promise<Caller>;
}

export function openSocketActors(options: SocketActorsOptions): SocketActors {
  const { access, census, limits } = options;
  return {
    async admit(facts, connectionParams) {
      const { socket } = facts;
      try {
        const authorization = findAuthorization(connectionParams);
        if (authorization === undefined) {
          closeUnlessAuthenticated(facts);
          return true;
        }
        const caller = await identify(facts, authorization);
        facts.caller = caller;
        if (caller.actor.kind === 'customer') closeAtEnd(facts, caller.actor);
        return true;
      } catch (error) {
        const { message, extensions } = maskError(error);
        const code = extensions['retryable'] === true ? CLOSE.tryAgainLater : CLOSE.forbidden;
        sayGoodbye(socket, { code, reason: `${extensions['code']}: ${message}`, limits });
        return false;
      }
    },

    async callerOf(facts, headers) {
      const authorization = findAuthorization(headers);
      if (authorization !== undefined) return identify(facts, authorization);
      if (facts.caller) return facts.caller;
      throw new UnauthenticatedError(`No credentials were sent. ${WHAT_TO_SEND}`);
    },
  };

  async function identify(facts: SocketFacts, authorization: string): Promise<Caller> {
    const actor = await access.authenticate(authorization);
    if (actor.kind === 'customer' && !census.admitFor(facts.socket, actor.customerId)) throw tooManyConnections('This customer');
    facts.isAuthenticated = true;
    return { actor, credentialId: credentialIdOf(authorization) };
  }

  function closeUnlessAuthenticated(facts: SocketFacts): void {
    const { socket } = facts;
    const seconds = limits.socketAuthenticationTimeoutMs / 1_000;
    const reason = `UNAUTHENTICATED: No credentials were sent for ${seconds} s.`;
    const end = () => facts.isAuthenticated || sayGoodbye(socket, { code: CLOSE.forbidden, reason, limits });
    closeAfter(facts, limits.socketAuthenticationTimeoutMs, end);
  }

  function closeAtEnd({ socket }: SocketFacts, actor: CustomerActor): void {
    const forget = whenTokenEnds(actor, options, ({ code, message }) =>
      sayGoodbye(socket, { code: CLOSE.forbidden, reason: `${code}: ${message}`, limits }),
    );
    socket.once('close', forget);
    if (socket.readyState !== socket.OPEN) forget();
  }
}

const WHAT_TO_SEND = 'Send "authorization": "Bearer <secret key or customer token>" in connectionParams.';

function closeAfter({ socket }: SocketFacts, afterMs: number, end: () => void): void {
  const timer = setTimeout(end, Math.max(0, afterMs));
  socket.once('close', () => clearTimeout(timer));
  if (socket.readyState !== socket.OPEN) clearTimeout(timer);
}

/** As header names are: whatever their case. @throws UnauthenticatedError where it is there and no text. */
function findAuthorization(container: unknown): string | undefined {
  if (typeof container !== 'object' || container === null) return undefined;
  for (const [name, value] of Object.entries(container)) {
    if (name.toLowerCase() !== 'authorization') continue;
    if (typeof value === 'string') return value;
    throw new UnauthenticatedError(`The authorization is no text. ${WHAT_TO_SEND}`);
  }
  return undefined;
}
