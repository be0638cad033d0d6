/**
 * Authenticates callers.
 *
 * Owns the root keys (as digests), the issued keys and the secrets that sign customer tokens. Every
 * caller becomes an Actor here, once, or is refused.
 */
import { type Clock, systemClock } from '../values/clock.ts';
import type { Actor, AppActor, CustomerActor, IssuedKeyActor } from './actor.ts';
import { keyRevoked, openAuthentication, openKeyReader } from './authenticate.ts';
import { type CustomerTokens, openCustomerTokens } from './customer-tokens.ts';
import { type KnownKeys, NO_KNOWN_KEYS } from './known-keys.ts';
import { NO_REVOCATIONS, type Revocations } from './revocations.ts';
import { openSecretKeys } from './secret-keys.ts';

export interface Access {
  /**
   * The actor of an Authorization header.
   * @throws UnauthenticatedError, which says what to send.
   */
  authenticate(authorization: string | null | undefined): Promise<Actor>;
  /**
   * The app, where the header has a secret key that is known here; undefined where `authenticate`
   * must say who it is.
   */
  readKey(authorization: string): AppActor | undefined;
  readonly customerTokens: CustomerTokens;
  /**
   * Asks again whether the key of a caller who has been here for a while is valid.
   * @throws UnauthenticatedError where it was revoked.
   */
  confirm(actor: IssuedKeyActor): Promise<void>;
  /**
   * Calls `end` once the actor's token or key is revoked; soon, if it already is.
   * @returns a function that cancels it.
   */
  onRevoked(actor: CustomerActor | IssuedKeyActor, end: () => void): () => void;
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
  /** Left out: there are only root keys. */
  readonly knownKeys?: Omit<KnownKeys, 'close'>;
}

export function openAccess(options: AccessOptions): Access {
  const { clock = systemClock, keys, tokenSecrets, revocations = NO_REVOCATIONS, knownKeys = NO_KNOWN_KEYS } = options;
  const customerTokens = openCustomerTokens({ clock, tokenSecrets, revocations });
  const secretKeys = openSecretKeys(keys);
  return {
    authenticate: openAuthentication({ secretKeys, knownKeys, customerTokens }),
    readKey: openKeyReader({ secretKeys, knownKeys }),
    customerTokens,
    async confirm(actor) {
      if (!(await knownKeys.isValid(actor))) throw keyRevoked();
    },
    onRevoked: (actor, end) =>
      actor.kind === 'app'
        ? knownKeys.onRevoked(actor, end)
        : revocations.onRevoked(actor.customerId, actor.generation ?? 0, end),
    revoke: revocations.revoke,
  };
}
