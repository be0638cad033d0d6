import { describe, expect, it } from 'vitest';
import { FeatureNotFoundError, InvalidInputError } from '../../src/values/errors.ts';
import { shortenEchoes, shortenMessage, shortenValue } from '../../src/values/shorten.ts';

const LONG = 'x'.repeat(5_000);
const echoed = (text: string) => text.match(/x/g)?.length ?? 0;

describe("a library's message", () => {
  it.each([
    [
      'a text',
      `Variable "$a" got invalid value "${LONG}" at "a.b"; Expected type "Int".`,
      'Variable "$a" got',
      'Expected type "Int".',
    ],
    ['a text with quotes', `Value ${JSON.stringify(`"${LONG}\\"${LONG}"`)} is none.`, 'Value "', 'is none.'],
    ['digits', `Int cannot represent: ${LONG}`, 'Int cannot represent: x', 'x'],
    ['words', `Value ${'xxx '.repeat(1_000)} is none.`, 'Value xxx', 'is none.'],
    ['a quote that never ends', `Unexpected "${'\\"'.repeat(200_000)}${LONG}`, 'Unexpected "', 'x'],
  ])('is shortened in its middle: %s', (_what, message, beginning, end) => {
    const cut = shortenMessage(message);
    expect(cut.startsWith(beginning)).toBe(true);
    expect(cut.endsWith(end)).toBe(true);
    expect(echoed(cut)).toBeLessThanOrEqual(200);
    expect(cut.length).toBeLessThanOrEqual(250);
  });

  it('is unchanged where it is short', () => {
    const message = `Field "a" of required type "Int!" was not provided. ${'x'.repeat(180)}`;
    expect(shortenMessage(message)).toBe(message);
  });

  it('is never cut within a character', () => {
    for (const pad of ['', 'a']) {
      for (const shorten of [shortenMessage, shortenValue])
        expect(shorten(`${pad}${'😀'.repeat(3_000)}`).isWellFormed()).toBe(true);
    }
  });
});

describe("a message of Brim's own", () => {
  it('is unchanged except for long values', () => {
    const words = 'Nothing was done: try again in a moment. '.repeat(10);
    expect(shortenEchoes(words)).toBe(words);
    expect(shortenEchoes(`${words}"${LONG}"`)).toBe(`${words}"${'x'.repeat(199)}…"`);
    expect(echoed(new FeatureNotFoundError(LONG).message)).toBeLessThanOrEqual(200);
  });

  it('names the first 50 of very many issues, and at most 200 characters of each path', () => {
    const issues = Array.from({ length: 5_000 }, (_, n) => ({ path: ['metadata', `${n}${LONG}`], message: 'must be text' }));
    const error = new InvalidInputError(issues);
    expect(error.issues).toHaveLength(50);
    expect(error.message.endsWith('; and 4950 more')).toBe(true);
    expect(error.issues.every(({ path }) => path.every((part) => part.length <= 200))).toBe(true);
  });
});
