/**
 * Authenticates callers.
 *
 * Owns the secret keys (as digests) and the secrets that sign customer tokens. Every caller becomes
 * an Actor here, once, or is refused.
 */
import { type Clock, systemClock } from '../values/clock.ts';
import type { Actor, AppActor, CustomerActor } from './actor.ts';
import { openAuthentication, openKeyReader } from './authenticate.ts';
import { type CustomerTokens, openCustomerTokens } from './customer-tokens.ts';
import { NO_REVOCATIONS, type Revocations } from './revocations.ts';
import { openSecretKeys } from './secret-keys.ts';

export interface Access {
  /**
   * The actor of an Authorization header.
   * @throws UnauthenticatedError, which says what to send.
   */
  authenticate(authorization: string | null | undefined): Promise<Actor>;
  /**
   * The app, where the header has a secret key; undefined where `authenticate` must say who it is.
   */
  readKey(authorization: string): AppActor | undefined;
  readonly customerTokens: CustomerTokens;
  /**
   * Calls `end` once the actor's token is revoked; soon, if it already is.
   * @returns a function that cancels it.
   */
  onRevoked(actor: CustomerActor, end: () => void): () => void;
  /**
   * Revokes all tokens that were made for a customer until now.
   * @returns the time of the revocation.
   * @throws OutcomeUnknownError.
   */
  revoke(customerId: string): Promise<Date>;
}

export interface AccessOptions {
  readonly clock?: Clock;
  /** Secret keys in plain text; they are not kept. */
  readonly keys: readonly string[];
  /** The first signs customer tokens, all verify them. */
  readonly tokenSecrets: readonly string[];
  /** Left out: no token can be revoked. */
  readonly revocations?: Omit<Revocations, 'close'>;
}

export function openAccess({ clock = systemClock, keys, tokenSecrets, revocations = NO_REVOCATIONS }: AccessOptions): Access {
  const customerTokens = openCustomerTokens({ clock, tokenSecrets, revocations });
  const secretKeys = openSecretKeys(keys);
  return {
    authenticate: openAuthentication({ secretKeys, customerTokens }),
    readKey: openKeyReader({ secretKeys }),
    customerTokens,
    onRevoked: ({ customerId, generation = 0 }, end) => revocations.onRevoked(customerId, generation, end),
    revoke: revocations.revoke,
  };
}
