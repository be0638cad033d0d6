/**
 * Ends what a credential opened: when a customer token expires or is revoked, or when an issued key
 * is revoked.
 *
 * The reader gets an error that tells it to come back with a new one.
 */
import type { ExecutionResult } from 'graphql';
import type { Access } from '../../access/access.ts';
import { type Actor, type CustomerActor, hasIssuedKey, type IssuedKeyActor } from '../../access/actor.ts';
import { keyRevoked } from '../../access/authenticate.ts';
import { expired, revoked } from '../../access/customer-tokens.ts';
import type { Clock } from '../../values/clock.ts';
import type { UnauthenticatedError } from '../../values/errors.ts';
import { maskError } from '../answers/masking.ts';
import type { Until } from './take-until.ts';

export interface TokenEndDeps {
  readonly access: Pick<Access, 'onRevoked'>;
  readonly clock: Clock;
}

/** Of a root key there is no end. */
export type EndingActor = CustomerActor | IssuedKeyActor;

export function canEnd(actor: Actor): actor is EndingActor {
  return actor.kind === 'customer' || hasIssuedKey(actor);
}

/** Calls `end` once, with the reason. @returns a function that cancels it. */
export function whenTokenEnds(
  actor: EndingActor,
  { access, clock }: TokenEndDeps,
  end: (why: UnauthenticatedError) => void,
): () => void {
  if (actor.kind === 'app') {
    const stop = access.onRevoked(actor, () => {
      stop();
      end(keyRevoked());
    });
    return stop;
  }
  const forget = () => {
    clearTimeout(timer);
    stopWatching();
  };
  const finish = (why: UnauthenticatedError) => {
    forget();
    end(why);
  };
  const leftMs = actor.expiresAt.getTime() - clock.now().getTime();
  const timer = setTimeout(() => finish(expired()), Math.max(0, leftMs));
  const stopWatching = access.onRevoked(actor, () => finish(revoked()));
  return forget;
}

/** The last value of the stream says why it ends. */
export function endOfToken(actor: EndingActor, deps: TokenEndDeps): Until<ExecutionResult> {
  return { when: (end) => whenTokenEnds(actor, deps, (why) => end({ errors: [maskError(why)] })) };
}
