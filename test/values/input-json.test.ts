import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isStorableText, jsonObject, readInput } from '../../src/values/input.ts';
import { problemsOf } from './refusals.ts';

const UNSTORABLE = ['must not contain NUL characters or broken Unicode'];

/** `levels` objects, each inside the one before. */
const nested = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);

describe("the app's own facts are read unchanged", () => {
  test.each([
    ['nothing', {}],
    ['every kind of value', { text: 'x', number: 1.5, yes: true, none: null, list: [1, ['2', { three: 3 }]], object: { a: {} } }],
    ['letters of any language, and emoji', { 顧客: 'عميل', '🦊': '🦊' }],
    ['controls that Postgres stores', { text: '\u0001\u001f\u007f\n' }],
    ['the words that name a NUL, which are no NUL', { text: '\\u0000', '\\u0000': 1 }],
    ['two escaped backslashes and those words', { text: '\\\\u0000' }],
    ['the words that name a surrogate', { text: '\\ud83e' }],
    ['a backslash at the end', { text: 'C:\\' }],
    ['a hundred levels', nested(100)],
  ])('%s', (_, value) => {
    expect(readInput(jsonObject, value)).toBe(value);
  });
});

describe('text that Postgres cannot store is refused, at any place', () => {
  test.each([
    ['NUL in a value', { text: 'a\u0000b' }],
    ['NUL in a key', { 'a\u0000b': 1 }],
    ['NUL deep inside', { list: [{ a: ['\u0000'] }] }],
    ['NUL after an escaped backslash', { text: '\\\u0000' }],
    ['NUL after the words that name it', { text: '\\u0000\u0000' }],
    ['a lone high surrogate in a value', { text: '\ud83e' }],
    ['a lone low surrogate in a value', { text: 'a\udd8a' }],
    ['a lone surrogate in a key', { '\ud83e': 1 }],
    ['surrogates in the wrong order', { text: '\udd8a\ud83e' }],
  ])('%s', (_, value) => {
    expect(problemsOf(jsonObject, value)).toEqual(UNSTORABLE);
  });

  test('exactly the texts that Postgres cannot store are refused, among random ones', () => {
    const anyText = fc.string({
      unit: fc.constantFrom('\\', 'u', '0', '00', '0000', 'd83e', '"', '\u0000', '\ud83e', '\udd8a', 'x'),
    });
    fc.assert(
      fc.property(anyText, anyText, (key, value) => {
        const isStorable = isStorableText(key) && isStorableText(value);
        expect(problemsOf(jsonObject, { [key]: value })).toEqual(isStorable ? [] : UNSTORABLE);
      }),
    );
  });
});

describe('the size limit', () => {
  const around = JSON.stringify({ text: '' }).length;
  const LIMIT = 16 * 1_024;

  test('16 KiB of JSON are accepted, one byte more is refused', () => {
    expect(problemsOf(jsonObject, { text: 'x'.repeat(LIMIT - around) })).toEqual([]);
    expect(problemsOf(jsonObject, { text: 'x'.repeat(LIMIT - around + 1) })).toEqual(['must be at most 16 KiB of JSON']);
  });

  test('counts bytes, not characters', () => {
    expect(problemsOf(jsonObject, { text: '顧'.repeat(LIMIT / 2) })).toEqual(['must be at most 16 KiB of JSON']);
  });

  test.each([101, 200_000])('%d levels are refused, however small the value is', (levels) => {
    expect(problemsOf(jsonObject, nested(levels))).toEqual(['must be nested at most 100 levels deep']);
  });
});

test.each([[null], [undefined], ['text'], [1], [true], [[]], [[{}]]])('%j is no object', (value) => {
  expect(problemsOf(jsonObject, value)).toEqual(['must be a JSON object']);
});
