/**
 * Secret keys, with which an app's server authenticates.
 *
 * Of the configured keys only SHA-256 digests are kept, and of each its id and its name. A key that
 * was accepted once is kept as it was sent, and is hashed no more. Every comparison takes constant
 * time, so that response times reveal no key. Keys are long and random, so a slow password hash
 * would add no protection.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readNamedSecret } from '../values/named-secret.ts';
import type { AppActor } from './actor.ts';

export const SECRET_KEY_PREFIX = 'brim_sk_';

export interface SecretKeys {
  /** The app, as the holder of this key; undefined where the text is none of the keys. */
  find(text: string): AppActor | undefined;
}

/** A key, by its digest or as it was sent. */
interface Known {
  readonly bytes: Buffer;
  readonly actor: AppActor;
}

/** @param keys As BRIM_SECRET_KEY has them: each may have a name before it. */
export function openSecretKeys(keys: readonly string[]): SecretKeys {
  const digests = keys.map(readNamedSecret).map(({ name, secret }): Known => {
    return { bytes: digest(secret), actor: { kind: 'app', key: { id: keyIdOf(secret), name } } };
  });
  /** The keys that were accepted: at most as many as there are. */
  const accepted: Known[] = [];
  return {
    find(text) {
      const presented = Buffer.from(text);
      const again = findAmong(accepted, presented);
      if (again) return again.actor;
      const found = findAmong(digests, digest(text));
      if (found) accepted.push({ bytes: presented, actor: found.actor });
      return found?.actor;
    },
  };
}

/** In constant time for all texts of the same length. */
function findAmong(known: readonly Known[], presented: Buffer): Known | undefined {
  let found: Known | undefined;
  for (const each of known) {
    if (each.bytes.byteLength === presented.byteLength && timingSafeEqual(each.bytes, presented)) found = each;
  }
  return found;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * Names a key without revealing it: the same one in every process and after every restart. It is
 * 48 bits of a hash that nothing else uses, so it helps nobody to authenticate.
 */
export function keyIdOf(key: string): string {
  return `key_${digest(`the id of the Brim key ${key}`).toString('hex').slice(0, 12)}`;
}
