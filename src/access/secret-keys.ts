/**
 * Secret keys: what an app's server shows.
 *
 * Only their SHA-256 digests are held, and a key is compared with all of them in constant time, so that neither memory dumps nor
 * response times tell a key. They are random and long, so a slow password hash would protect nothing more.
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
