/**
 * Access: who is asking.
 *
 * Owns the secret keys (as digests) and the secret that signs customer tokens. Everything that comes in from outside becomes an
 * Actor here, once, or is refused.
 */
import { type Clock, systemClock } from '../clock.ts';
import type { Actor } from './actor.ts';
import { openAuthentication } from './authenticate.ts';
import { type CustomerTokens, openCustomerTokens } from './customer-tokens.ts';
import { openSecretKeys } from './secret-keys.ts';

export interface Access {
  /**
   * The actor of an Authorization header's text.
   * @throws UnauthenticatedError, which says what to send.
   */
  authenticate(authorization: string | null | undefined): Promise<Actor>;
  readonly customerTokens: CustomerTokens;
}

export interface AccessOptions {
  readonly clock?: Clock;
  /** Secret keys in plain text; they are not kept. */
  readonly keys: readonly string[];
  /** The first signs customer tokens, all verify them. */
  readonly tokenSecrets: readonly string[];
}

export function openAccess({ clock = systemClock, keys, tokenSecrets }: AccessOptions): Access {
  const customerTokens = openCustomerTokens({ clock, tokenSecrets });
  return { authenticate: openAuthentication({ secretKeys: openSecretKeys(keys), customerTokens }), customerTokens };
}
