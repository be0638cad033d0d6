/**
 * Estimates how hard a secret is to guess, from its text alone.
 *
 * The estimate is deliberately low for texts of people: words, repetitions, and runs of the
 * alphabet or the keyboard count little, and other characters no more than their variety allows.
 * Random text passes, in every alphabet.
 */

/** Words that people put into secrets, besides English in general. */
const WORDS = [
  ...['changeme', 'change', 'password', 'passwort', 'passphrase', 'secret', 'token', 'private', 'public', 'admin', 'root'],
  ...['default', 'example', 'sample', 'placeholder', 'replace', 'insert', 'your', 'this', 'here', 'test', 'demo', 'letmein'],
  ...['development', 'production', 'staging', 'brim', 'stripe', 'openssl', 'rand', 'random', 'base64', 'hex', 'output'],
  ...['welcome', 'hunter', 'dragon', 'monkey', 'master', 'login', 'user', 'live', 'prod', 'key', 'sk_', 'the', 'new', 'old'],
  ...['foobar', 'hello', 'world', 'lorem', 'ipsum', 'deadbeef', 'cafebabe', 'none', 'null', 'please', 'before', 'with', 'made'],
].sort((a, b) => b.length - a.length);

/** Digits and signs that replace letters, as in p4ssw0rd. */
const STAND_INS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
};

/** Neighbours in alphabets and on keyboards. */
const ROWS = [
  ...['abcdefghijklmnopqrstuvwxyz', '0123456789abcdef', '1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiop'],
  ...['azertyuiop', '02468ace', '13579bdf', '2468013579'],
];
const RUNS = [...ROWS, ...ROWS.map((row) => [...row].reverse().join(''))];
/** Shorter runs occur in random text, too. */
const MIN_CHARACTERS = 4;

/** The information of a word, a run or a repetition: which one it is. */
const PART_BITS = 6;
/** The information of a separator, or of a character that repeats the one before it. */
const DULL_BITS = 0.5;
const PARTING = /[-_. ,]/;

/**
 * In English half of all letter pairs are one of these; among random letters one pair in eleven.
 */
const PAIRS =
  'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur';
const ENGLISH_PAIRS = new Set(PAIRS.split(' '));
const ENGLISH_SHARE = 0.4;
const ENGLISH_MIN_PAIRS = 12;
/** Capitals and digits cut random text into shorter pieces. */
const WORDS_SHARE = 0.6;
/** Shannon's estimate for English. */
const ENGLISH_LETTER_BITS = 1.5;

/** Longer texts are judged by their beginning. */
const JUDGED_CHARACTERS = 256;

/** @returns bits: finding the secret takes about 2 to the power of this many guesses. */
export function estimateEntropyBits(secret: string): number {
  const text = secret.slice(0, JUDGED_CHARACTERS);
  const perCharacter = bitsPerCharacter(text);
  // a1b2c3d4 is two interleaved runs.
  const readings = [1, 2, 3].map((step) =>
    Array.from({ length: step }, (_, first) => [...text].filter((_character, index) => index % step === first).join('')),
  );
  return Math.min(...readings.map((parts) => parts.reduce((sum, part) => sum + bitsOf(part, perCharacter), 0)));
}

/** The entropy of random text with this length and these kinds of characters. */
export function randomEntropyBits(secret: string): number {
  const kinds = [
    ...([
      [/[0-9]/, 10],
      [/[a-f]/, 6],
      [/[g-z]/, 20],
      [/[A-F]/, 6],
      [/[G-Z]/, 20],
      [/[^0-9a-zA-Z]/, 4],
    ] as const),
  ];
  const alphabet = kinds.reduce((sum, [kind, size]) => sum + (kind.test(secret) ? size : 0), 0);
  return secret.length * Math.log2(Math.max(2, alphabet));
}

function bitsOf(text: string, perCharacter: number): number {
  const once = text.replace(/(.)\1+/gs, '$1');
  const lower = once.toLowerCase();
  let bits = (text.length - once.length) * DULL_BITS;
  let others = '';
  for (let at = 0; at < once.length; ) {
    const length = knownLengthAt(lower, at);
    if (length > 0) bits += PART_BITS;
    else if (PARTING.test(once.charAt(at))) bits += DULL_BITS;
    else others += once.charAt(at);
    at += Math.max(1, length);
  }
  const letters = isEnglish(once) ? others.replace(/[^a-zA-Z]/g, '').length : 0;
  return bits + letters * ENGLISH_LETTER_BITS + (others.length - letters) * perCharacter;
}

/** How many characters from here on are a word, a run, or a repetition of earlier text. */
function knownLengthAt(text: string, at: number): number {
  return Math.max(
    repeatedLength(text, at),
    wordLength(text, at),
    ...RUNS.map((run) => sharedLength(run, run.indexOf(text.charAt(at)), text, at)).filter(isLong),
    0,
  );
}

function repeatedLength(text: string, at: number): number {
  const earlier = Array.from({ length: at }, (_, from) => sharedLength(text, from, text, at));
  return Math.max(0, ...earlier.filter(isLong));
}

function sharedLength(left: string, leftAt: number, right: string, rightAt: number): number {
  let length = 0;
  while (leftAt >= 0 && rightAt + length < right.length && left[leftAt + length] === right[rightAt + length]) length += 1;
  return length;
}

const isLong = (length: number) => length >= MIN_CHARACTERS;

function wordLength(text: string, at: number): number {
  const plain = text.slice(at, at + 16);
  const spelt = [...plain].map((character) => STAND_INS[character] ?? character).join('');
  return WORDS.find((word) => plain.startsWith(word) || spelt.startsWith(word))?.length ?? 0;
}

/** Judged by the letter pairs within its words, and by whether most letters are in words at all. */
function isEnglish(text: string): boolean {
  const words = text.match(/[A-Z]?[a-z]{3,}|[A-Z]{4,}/g) ?? [];
  const pairs = words.flatMap((word) => Array.from({ length: word.length - 1 }, (_, at) => word.slice(at, at + 2).toLowerCase()));
  const isSpelt = words.join('').length >= text.replace(/[^a-zA-Z]/g, '').length * WORDS_SHARE;
  const isFrequent = pairs.filter((pair) => ENGLISH_PAIRS.has(pair)).length >= pairs.length * ENGLISH_SHARE;
  return pairs.length >= ENGLISH_MIN_PAIRS && isSpelt && isFrequent;
}

/** Shannon's entropy of the characters, by their distribution in the text. */
function bitsPerCharacter(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
