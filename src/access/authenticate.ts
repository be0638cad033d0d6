/**
 * Turns an Authorization header into an Actor.
 *
 * It takes a secret key or a customer token after `Bearer`, and never one from a URL, because logs
 * and browser histories keep URLs. A refusal says what to send, and never repeats what was sent.
 */
import { UnauthenticatedError } from '../values/errors.ts';
import type { Actor, AppActor } from './actor.ts';
import type { CustomerTokens } from './customer-tokens.ts';
import type { KnownKeys } from './known-keys.ts';
import { SECRET_KEY_PREFIX, type SecretKeys } from './secret-keys.ts';

const WHAT_TO_SEND = 'Send the header "Authorization: Bearer <secret key or customer token>".';
const BEARER = /^bearer +(\S+)$/i;

export interface Authentication {
  readonly secretKeys: SecretKeys;
  readonly knownKeys: Pick<KnownKeys, 'findKnown' | 'find'>;
  readonly customerTokens: CustomerTokens;
}

/** Finds the app by its secret key, at once; undefined for every other header. */
export function openKeyReader({ secretKeys, knownKeys }: Omit<Authentication, 'customerTokens'>) {
  return function readKey(authorization: string): AppActor | undefined {
    const credential = BEARER.exec(authorization)?.[1];
    if (credential === undefined) return undefined;
    return secretKeys.find(credential) ?? (isIssued(credential) ? knownKeys.findKnown(credential) : undefined);
  };
}

/** What Brim makes: 256 bits after the prefix. Nothing else is looked for in the database. */
const ISSUED = new RegExp(`^${SECRET_KEY_PREFIX}[A-Za-z0-9_-]{43}$`);
const isIssued = (credential: string) => ISSUED.test(credential);

export function openAuthentication({ secretKeys, knownKeys, customerTokens }: Authentication) {
  return async function authenticate(authorization: string | null | undefined): Promise<Actor> {
    if (!authorization?.trim()) throw new UnauthenticatedError(`No credentials were sent. ${WHAT_TO_SEND}`);
    const credential = BEARER.exec(authorization.trim())?.[1];
    if (credential === undefined) throw new UnauthenticatedError(`The Authorization header cannot be read. ${WHAT_TO_SEND}`);
    const app = secretKeys.find(credential);
    if (app) return app;
    const issued = isIssued(credential) ? await knownKeys.find(credential) : undefined;
    if (issued) return issued;
    if (credential.startsWith(SECRET_KEY_PREFIX))
      throw new UnauthenticatedError(
        'This secret key is not known here. Check BRIM_SECRET_KEY, and whether the key was revoked.',
      );
    // A JWT has three parts. Other texts need no signature check.
    if (credential.split('.').length !== 3)
      throw new UnauthenticatedError(`These credentials are not known here. ${WHAT_TO_SEND}`);
    return customerTokens.verify(credential);
  };
}

/** To a caller whose key was accepted before. */
export function keyRevoked(): UnauthenticatedError {
  return new UnauthenticatedError('This secret key was revoked.');
}
