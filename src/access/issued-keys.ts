/**
 * Secret keys that are made and revoked while Brim runs, each with a name and scopes.
 *
 * A key is 256 random bits. Only its SHA-256 digest is stored, so it is shown once, when it is
 * made. It can be used at once in every process, because a process reads a key that it does not
 * know. How its end is as exact: known-keys.ts.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { type Database, reading, writing } from '../database/database.ts';
import { AlreadyExistsError, DomainError, refuseInput } from '../values/errors.ts';
import type { Ids } from '../values/ids.ts';
import { id, readInput } from '../values/input.ts';
import { KEY_SCOPES } from '../values/key-scope.ts';
import { type Actor, needScope } from './actor.ts';
import { digestOf, LEASE_MS } from './known-keys.ts';
import { SECRET_KEY_PREFIX } from './secret-keys.ts';
import { type IssuedKey, insertKey, listKeys, revokeKey } from './tables/secret-keys.ts';

export type { IssuedKey } from './tables/secret-keys.ts';

export class SecretKeyNotFoundError extends DomainError {
  readonly code = 'SECRET_KEY_NOT_FOUND';
  readonly keyId: string;

  constructor(keyId: string) {
    super(`No secret key was made with the id ${JSON.stringify(keyId)}. Those of BRIM_SECRET_KEY end when it changes.`, {
      facts: { keyId },
    });
    this.keyId = keyId;
  }
}

export interface IssuedKeys {
  /**
   * Makes a key. A maker whose own key has scopes gives only scopes that it has.
   * @returns also the key itself, which is never shown again.
   * @throws InvalidInputError, AlreadyExistsError, MissingScopeError.
   */
  make(input: unknown, maker: Actor): Promise<{ readonly secretKey: IssuedKey; readonly secret: string }>;
  /**
   * Revokes a key. When this resolves, no process accepts it any more.
   * @throws SecretKeyNotFoundError, InvalidInputError; OutcomeUnknownError: revoking again does no
   * harm.
   */
  revoke(input: unknown): Promise<{ readonly secretKey: IssuedKey; readonly changed: boolean }>;
  /** The newest first; the revoked ones after the others. */
  list(wanted?: { readonly includeRevoked?: boolean | null | undefined }): Promise<readonly IssuedKey[]>;
}

export interface IssuedKeysDeps {
  readonly database: Pick<Database, 'transaction' | 'statements'>;
  readonly ids: Ids;
}

/** How many keys there can be at a time, and how many revoked ones are listed. */
export const MOST_KEYS = 100;
const KEY_BYTES = 32;
/** Enough to tell keys apart, and far too little to find one. */
const SHOWN_CHARACTERS = 4;
/** The clocks of two machines run equally fast, to far less than a tenth. */
const AFTER_EVERY_LEASE_MS = LEASE_MS * 1.1;

const newKey = z.object({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/, 'must be a letter or digit, and then up to 59 letters, digits, ., _ or -'),
  scopes: z
    .array(z.enum(KEY_SCOPES))
    .refine((scopes) => scopes.length > 0, 'must name at least one scope')
    .refine((scopes) => scopes.length <= 100, 'must be at most 100 scopes')
    .transform((scopes) => KEY_SCOPES.filter((scope) => scopes.includes(scope))),
});

export function openIssuedKeys({ database, ids }: IssuedKeysDeps): IssuedKeys {
  const { statements } = database;
  return {
    async make(input, maker) {
      const { name, scopes } = readInput(newKey, input);
      for (const scope of scopes) needScope(maker, `A key with the scope ${scope}`, [scope]);
      const secret = `${SECRET_KEY_PREFIX}${randomBytes(KEY_BYTES).toString('base64url')}`;
      const prefix = secret.slice(0, SECRET_KEY_PREFIX.length + SHOWN_CHARACTERS);
      const key = { id: ids.next('secretKey'), name, prefix, digest: digestOf(secret), scopes };
      const made = await database.transaction((transaction) => insertKey(transaction, key, MOST_KEYS));
      if (made === 'taken') throw new AlreadyExistsError('secret key', name, 'name');
      if (made === 'full') refuseInput([], `there are ${MOST_KEYS} keys already: revoke one first`);
      return { secretKey: made, secret };
    },

    async revoke(input) {
      const { id: keyId } = readInput(z.object({ id }), input);
      const revoked = await writing(() => revokeKey(statements, keyId));
      if (!revoked) throw new SecretKeyNotFoundError(keyId);
      await wait(AFTER_EVERY_LEASE_MS);
      return { secretKey: revoked.key, changed: revoked.changed };
    },

    list: ({ includeRevoked = false } = {}) => reading(() => listKeys(statements, MOST_KEYS, includeRevoked ? MOST_KEYS : 0)),
  };
}
