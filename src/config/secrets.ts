/**
 * Reads the operator's secrets: secret keys, and the secrets that sign customer tokens.
 *
 * Both variables take two values while one replaces the other. Production refuses secrets that
 * others may know: those of the documentation, and those that can be guessed.
 */

import { estimateEntropyBits, randomEntropyBits } from './entropy.ts';
import { type Read, type Refuse, readList } from './read.ts';
import { isSample } from './samples.ts';

export const SECRET_KEY_PATTERN = /^brim_sk_[A-Za-z0-9_-]+$/;
export const SECRET_KEY_MIN_CHARACTERS = 24;
export const TOKEN_SECRET_MIN_CHARACTERS = 32;
const PREFIX = /^brim_sk_/;

/**
 * The holder of a token can try secrets against it offline, so its secret must be stronger than a
 * key.
 */
const KEY_MIN_BITS = 28;
const TOKEN_SECRET_MIN_BITS = 60;
/** A secret this strong may contain a word. */
const STRONG_BITS = 128;
/** Random text has nearly all of the entropy that its length and kinds of characters allow. */
const RANDOM_SHARE = 0.35;

export interface Secrets {
  /** The newest first. */
  readonly secretKeys: readonly string[];
  /** The newest first: it signs, and all verify. */
  readonly tokenSecrets: readonly string[];
}

export function readSecrets(read: Read, production: boolean, refuse: Refuse): Secrets {
  const secretKeys = readSecretKeys(read('BRIM_SECRET_KEY'), production, refuse);
  const tokenSecrets = readTokenSecrets(read('BRIM_TOKEN_SECRET'), production, refuse);
  if (production && tokenSecrets.some((secret) => secretKeys.includes(secret)))
    refuse('BRIM_TOKEN_SECRET', 'must not be BRIM_SECRET_KEY: who is given one of them must not have the other.');
  return { secretKeys, tokenSecrets };
}

function readSecretKeys(text: string | undefined, production: boolean, refuse: Refuse): readonly string[] {
  const keys = readList(text);
  const right =
    'must be one key, or two with a comma between them while one replaces the other: brim_sk_ and then letters, digits, _ or -, ' +
    `at least ${SECRET_KEY_MIN_CHARACTERS} characters in all.`;
  const how = 'Make one with: echo "brim_sk_$(openssl rand -hex 24)"';
  if (keys.length === 0 && production) refuse('BRIM_SECRET_KEY', `is required in production. It ${right} ${how}`);
  else if (keys.some(isSample)) refuse('BRIM_SECRET_KEY', `is a sample, which everybody can read. ${how}`);
  else if (keys.length > 2 || keys.some((key) => !SECRET_KEY_PATTERN.test(key) || key.length < SECRET_KEY_MIN_CHARACTERS))
    refuse('BRIM_SECRET_KEY', right);
  else if (production && keys.some((key) => isGuessable(key.replace(PREFIX, ''), KEY_MIN_BITS)))
    refuse('BRIM_SECRET_KEY', `can be guessed: it has words, repetitions or too few different characters. ${how}`);
  return keys;
}

function readTokenSecrets(text: string | undefined, production: boolean, refuse: Refuse): readonly string[] {
  const secrets = readList(text);
  const right =
    'must be one secret, or two with a comma between them while one replaces the other (the first signs, both verify): at least ' +
    `${TOKEN_SECRET_MIN_CHARACTERS} characters that nobody can guess, and no comma among them.`;
  const how = 'Make one with: openssl rand -base64 48';
  if (secrets.length === 0 && production) refuse('BRIM_TOKEN_SECRET', `is required in production. It ${right} ${how}`);
  else if (secrets.some(isSample)) refuse('BRIM_TOKEN_SECRET', `is a sample, which everybody can read. ${how}`);
  else if (secrets.length > 2 || secrets.some((secret) => secret.length < TOKEN_SECRET_MIN_CHARACTERS))
    refuse('BRIM_TOKEN_SECRET', right);
  else if (production && secrets.some((secret) => isGuessable(secret, TOKEN_SECRET_MIN_BITS)))
    refuse('BRIM_TOKEN_SECRET', `can be guessed: it has words, repetitions or too few different characters. ${how}`);
  return secrets;
}

function isGuessable(secret: string, minBits: number): boolean {
  const bits = estimateEntropyBits(secret);
  return bits < minBits || bits < Math.min(STRONG_BITS, randomEntropyBits(secret) * RANDOM_SHARE);
}
