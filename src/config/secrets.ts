/**
 * The operator's secrets: secret keys, and the secrets that sign customer tokens.
 *
 * Keys can have names, so that the audit log tells them apart; all may do everything. There may be
 * a second token secret while one replaces the other. Production refuses secrets that others may
 * know: those of the documentation, and those that can be guessed.
 */

import { readNamedSecret } from '../values/named-secret.ts';
import { estimateEntropyBits, randomEntropyBits } from './entropy.ts';
import { isProduction, type Mode, productionRule, rule } from './rules.ts';
import { isSample } from './samples.ts';
import { list, refuseFor } from './value-schemas.ts';

const SECRET_KEY_PATTERN = /^brim_sk_[A-Za-z0-9_-]+$/;
const SECRET_KEY_MIN_CHARACTERS = 24;
const TOKEN_SECRET_MIN_CHARACTERS = 32;
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

const MOST_KEYS = 20;
const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/;

const KEY =
  'must be one key, or several with commas between them: brim_sk_ and then letters, digits, _ or -, ' +
  `at least ${SECRET_KEY_MIN_CHARACTERS} characters in all. A key may have a name before it: billing=brim_sk_…`;
const NAMES =
  `must have at most ${MOST_KEYS} keys, each once, and each name once: a letter or digit, and then up to 59 letters, digits, ` +
  '., _ or -.';
const MAKE_KEY = 'Make one with: echo "brim_sk_$(openssl rand -hex 24)"';
const TOKEN_SECRET =
  'must be one secret, or two with a comma between them while one replaces the other (the first signs, both verify): at least ' +
  `${TOKEN_SECRET_MIN_CHARACTERS} characters that nobody can guess, and no comma among them.`;
const MAKE_TOKEN_SECRET = 'Make one with: openssl rand -base64 48';
const SAMPLE = 'is a sample, which everybody can read.';
const GUESSABLE = 'can be guessed: it has words, repetitions or too few different characters.';

/** Each may have its name before it, as `readNamedSecret` reads it. */
export const secretKeys = list.check(
  refuseFor<readonly string[]>(
    [(keys) => keys.some((key) => isSample(key) || isSample(secretOf(key))), `${SAMPLE} ${MAKE_KEY}`],
    [(keys) => !keys.map(secretOf).every(isSecretKey), KEY],
    [(keys) => keys.length > MOST_KEYS || !areTold(keys), NAMES],
  ),
);

/** The newest first: it signs, and all verify. */
export const tokenSecrets = list.check(
  refuseFor<readonly string[]>(
    [(secrets) => secrets.some(isSample), `${SAMPLE} ${MAKE_TOKEN_SECRET}`],
    [(secrets) => secrets.length > 2 || secrets.some((secret) => secret.length < TOKEN_SECRET_MIN_CHARACTERS), TOKEN_SECRET],
  ),
);

interface Variables extends Mode {
  readonly BRIM_SECRET_KEY: readonly string[];
  readonly BRIM_TOKEN_SECRET: readonly string[];
}

export const secretRules = [
  productionRule<Variables>(
    'BRIM_SECRET_KEY',
    ({ BRIM_SECRET_KEY: keys }) => keys.length > 0,
    `is required in production. It ${KEY} ${MAKE_KEY}`,
  ),
  productionRule<Variables>(
    'BRIM_SECRET_KEY',
    ({ BRIM_SECRET_KEY: keys }) => !keys.some((key) => isGuessable(secretOf(key).replace(PREFIX, ''), KEY_MIN_BITS)),
    `${GUESSABLE} ${MAKE_KEY}`,
  ),
  productionRule<Variables>(
    'BRIM_TOKEN_SECRET',
    ({ BRIM_TOKEN_SECRET: secrets }) => secrets.length > 0,
    `is required in production. It ${TOKEN_SECRET} ${MAKE_TOKEN_SECRET}`,
  ),
  productionRule<Variables>(
    'BRIM_TOKEN_SECRET',
    ({ BRIM_TOKEN_SECRET: secrets }) => !secrets.some((secret) => isGuessable(secret, TOKEN_SECRET_MIN_BITS)),
    `${GUESSABLE} ${MAKE_TOKEN_SECRET}`,
  ),
  rule<Variables>(
    'BRIM_TOKEN_SECRET',
    ({ BRIM_SECRET_KEY: keys, BRIM_TOKEN_SECRET: secrets, ...mode }) =>
      !isProduction(mode) || !secrets.some((secret) => keys.map(secretOf).includes(secret)),
    'must not be BRIM_SECRET_KEY: who is given one of them must not have the other.',
  ),
];

const secretOf = (key: string) => readNamedSecret(key).secret;

/** No two keys are the same, and no two have the same name. */
function areTold(keys: readonly string[]): boolean {
  const names = keys.map((key) => readNamedSecret(key).name).filter((name) => name !== null);
  const areDifferent = new Set(names).size === names.length && new Set(keys.map(secretOf)).size === keys.length;
  return areDifferent && names.every((name) => NAME_PATTERN.test(name));
}

function isSecretKey(key: string): boolean {
  return SECRET_KEY_PATTERN.test(key) && key.length >= SECRET_KEY_MIN_CHARACTERS;
}

function isGuessable(secret: string, minBits: number): boolean {
  const bits = estimateEntropyBits(secret);
  return bits < minBits || bits < Math.min(STRONG_BITS, randomEntropyBits(secret) * RANDOM_SHARE);
}
