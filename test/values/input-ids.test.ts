import { describe, expect, test } from 'vitest';
import { id, idempotencyKey, isStorableText, readInput, text } from '../../src/values/input.ts';
import { problemsOf } from './refusals.ts';

const VISIBLE = ['must be 1 to 200 visible characters, without spaces or control characters'];
const PRINTABLE = ['must be 1 to 200 printable characters'];

describe('an id is read unchanged', () => {
  test.each([
    ['one letter', 'a'],
    ['200 characters', 'x'.repeat(200)],
    ['signs', 'user_123:eu/west.1@acme+test|"quoted"\\'],
    ['an emoji', '🦊'],
    ['200 emoji, each one character', '🦊'.repeat(200)],
    ['Japanese', '顧客一号'],
    ['Arabic', 'عميل'],
    ['a letter with its accent beside it', 'e\u0301'],
    ['what looks like a number', '007'],
    ['a name that objects have', '__proto__'],
  ])('%s', (_, value) => {
    expect(readInput(id, value)).toBe(value);
  });
});

describe('an id is refused', () => {
  test.each([
    ['empty', ''],
    ['201 characters', 'x'.repeat(201)],
    ['201 emoji', '🦊'.repeat(201)],
    ['a space', 'user 123'],
    ['a space before it', ' user'],
    ['a line feed after it', 'user\n'],
    ['a tab', 'user\t1'],
    ['a no-break space', 'user\u00a01'],
    ['a zero-width space', 'user\u200b'],
    ['a direction mark', 'user\u202e'],
    ['a byte order mark', '\ufeffuser'],
    ['a control character', 'user\u0007'],
    ['a C1 control character', 'user\u0085'],
    ['NUL', 'user\u0000'],
    ['a lone high surrogate', 'user\ud83e'],
    ['a lone low surrogate', '\udd8auser'],
  ])('%s', (_, value) => {
    expect(problemsOf(id, value)).toEqual(VISIBLE);
  });

  test.each([[null], [undefined], [1], [{}], [['a']]])('%j, which is no text', (value) => {
    expect(problemsOf(id, value)).toHaveLength(1);
  });
});

describe('an idempotency key', () => {
  test.each(['k', 'x'.repeat(200), 'order 42, second try', '顧客', '🦊'])('%j is taken', (key) => {
    expect(readInput(idempotencyKey, key)).toBe(key);
  });

  test.each(['', 'x'.repeat(201), 'a\nb', 'a\u0000', 'a\ud83e', '\u0085'])('%j is refused', (key) => {
    expect(problemsOf(idempotencyKey, key)).toEqual(PRINTABLE);
  });
});

describe('text for people', () => {
  const words = text(10);

  test.each(['ten signs!', 'Ünïcödé', '🦊🦊🦊🦊🦊', 'two\nlines'])('%j are taken', (value) => {
    expect(readInput(words, value)).toBe(value);
  });

  test.each([
    ['', 'must not be empty'],
    [' \n\t', 'must not be empty'],
    ['eleven sign', 'must have at most 10 characters'],
    ['a\u0000b', 'must not contain NUL characters or broken Unicode'],
    ['a\ud800b', 'must not contain NUL characters or broken Unicode'],
  ])('%j are refused: %s', (value, problem) => {
    expect(problemsOf(words, value)).toEqual([problem]);
  });
});

test('Postgres can store well-formed text without NUL', () => {
  expect(['', 'a', '🦊', '\u0001', '\\u0000'].map(isStorableText)).toEqual([true, true, true, true, true]);
  expect(['\u0000', 'a\ud83e', '\udd8a', '\udd8a\ud83e'].map(isStorableText)).toEqual([false, false, false, false]);
});
