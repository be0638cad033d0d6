/**
 * Secret keys, with which an app's server authenticates.
 *
 * Of the configured keys only SHA-256 digests are kept. A key that was accepted once is kept as it
 * was sent, and is hashed no more. Every comparison takes constant time, so that response times
 * reveal no key. Keys are long and random, so a slow password hash would add no protection.
 */
import { createHash, timingSafeEqual } from 'node:crypto';

export const SECRET_KEY_PREFIX = 'brim_sk_';

export interface SecretKeys {
  /** True where the text is one of the keys. */
  accepts(text: string): boolean;
}

export function openSecretKeys(keys: readonly string[]): SecretKeys {
  const digests = keys.map(digest);
  /** The keys that were accepted: at most as many as there are. */
  const accepted: Buffer[] = [];
  return {
    accepts(text) {
      const presented = Buffer.from(text);
      if (isAmong(accepted, presented)) return true;
      if (!isAmong(digests, digest(text))) return false;
      accepted.push(presented);
      return true;
    },
  };
}

/** In constant time for all texts of the same length. */
function isAmong(known: readonly Buffer[], presented: Buffer): boolean {
  let isKnown = false;
  for (const each of known) {
    if (each.byteLength === presented.byteLength) isKnown = timingSafeEqual(each, presented) || isKnown;
  }
  return isKnown;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
