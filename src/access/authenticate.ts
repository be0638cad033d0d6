/**
 * Turns an Authorization header into an Actor.
 *
 * It takes a secret key or a customer token after `Bearer`, and never one from a URL, because logs
 * and browser histories keep URLs. A refusal says what to send, and never repeats what was sent.
 */
import { UnauthenticatedError } from '../values/errors.ts';
import type { Actor, AppActor } from './actor.ts';
import type { CustomerTokens } from './customer-tokens.ts';
import { SECRET_KEY_PREFIX, type SecretKeys } from './secret-keys.ts';

const WHAT_TO_SEND = 'Send the header "Authorization: Bearer <secret key or customer token>".';
const BEARER = /^bearer +(\S+)$/i;

export interface Authentication {
  readonly secretKeys: SecretKeys;
  readonly customerTokens: CustomerTokens;
}

/** Finds the app by its secret key, at once; undefined for every other header. */
export function openKeyReader({ secretKeys }: Pick<Authentication, 'secretKeys'>) {
  return function readKey(authorization: string): AppActor | undefined {
    const credential = BEARER.exec(authorization)?.[1];
    return credential === undefined ? undefined : secretKeys.find(credential);
  };
}

export function openAuthentication({ secretKeys, customerTokens }: Authentication) {
  return async function authenticate(authorization: string | null | undefined): Promise<Actor> {
    if (!authorization?.trim()) throw new UnauthenticatedError(`No credentials were sent. ${WHAT_TO_SEND}`);
    const credential = BEARER.exec(authorization.trim())?.[1];
    if (credential === undefined) throw new UnauthenticatedError(`The Authorization header cannot be read. ${WHAT_TO_SEND}`);
    const app = secretKeys.find(credential);
    if (app) return app;
    if (credential.startsWith(SECRET_KEY_PREFIX))
      throw new UnauthenticatedError('This secret key is not known here. Check BRIM_SECRET_KEY.');
    // A JWT has three parts. Other texts need no signature check.
    if (credential.split('.').length !== 3)
      throw new UnauthenticatedError(`These credentials are not known here. ${WHAT_TO_SEND}`);
    return customerTokens.verify(credential);
  };
}
