/**
 * Secret keys, with which an app's server authenticates.
 *
 * Only their SHA-256 digests are kept, and a key is compared with all of them in constant time, so
 * that neither memory dumps nor response times reveal a key. Keys are long and random, so a slow
 * password hash would add no protection.
 */
import { createHash, timingSafeEqual } from 'node:crypto';

export const SECRET_KEY_PREFIX = 'brim_sk_';

export interface SecretKeys {
  /** True where the text is one of the keys. */
  accepts(text: string): boolean;
}

export function openSecretKeys(keys: readonly string[]): SecretKeys {
  const digests = keys.map(digest);
  return {
    accepts(text) {
      const presented = digest(text);
      let accepted = false;
      for (const known of digests) accepted = timingSafeEqual(known, presented) || accepted;
      return accepted;
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
