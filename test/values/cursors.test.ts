import { describe, expect, test } from 'vitest';
import { readCursor, readNumber, readPlace, refuseCursor, writeCursor } from '../../src/values/cursors.ts';
import { InvalidInputError } from '../../src/values/errors.ts';

/** The issues of the error that `read` throws. */
function issuesOf(read: () => unknown) {
  try {
    return read();
  } catch (error) {
    return error instanceof InvalidInputError ? error.issues : error;
  }
}

const refuse = () => refuseCursor('after');

describe('a cursor', () => {
  test.each([[['42']], [['2026-01-31T00:00:00.000Z', '顧客-🦊']], [['', '"quoted"\\']]])(
    'of %j is read back as it was',
    (parts) => {
      const cursor = writeCursor(...parts);
      expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(readCursor(cursor, parts.length, refuse)).toEqual(parts);
    },
  );

  test.each([
    ['nothing', ''],
    ['words', 'not a cursor'],
    ['a cursor of fewer parts', writeCursor('1')],
    ['a cursor of more parts', writeCursor('1', '2', '3')],
    ['half a cursor', writeCursor('1', '2').slice(0, -4)],
    ['numbers', Buffer.from('[1,2]').toString('base64url')],
    ['an object', Buffer.from('{"0":"1","1":"2","length":2}').toString('base64url')],
    ['null', Buffer.from('null').toString('base64url')],
  ])('that is %s is refused at its path', (_, cursor) => {
    for (const argument of ['after', 'before'] as const)
      expect(issuesOf(() => readCursor(cursor, 2, () => refuseCursor(argument)))).toMatchObject([
        { path: [argument], message: 'must be a cursor that a page of this list gave, such as pageInfo.endCursor' },
      ]);
  });
});

describe('a cursor of a place in a list', () => {
  test('contains an instant and an id', () => {
    const createdAt = new Date('2026-01-31T00:00:00.123Z');
    expect(readPlace(writeCursor(createdAt.toISOString(), '顧客'), refuse)).toEqual({ createdAt, id: '顧客' });
  });

  test.each([
    ['tomorrow', 'a'],
    ['+010000-01-01T00:00:00.000Z', 'a'],
    ['0000-01-01T00:00:00.000Z', 'a'],
    ['2026-01-31T00:00:00.000Z', '\u0000'],
    ['2026-01-31T00:00:00.000Z', '\ud83e'],
  ])('of %j and %j is forged, and refused', (made, id) => {
    expect(issuesOf(() => readPlace(writeCursor(made, id), refuse))).toMatchObject([{ path: ['after'] }]);
  });
});

describe('a cursor of a number', () => {
  test('contains it', () => {
    expect(readNumber(writeCursor('42'), refuse)).toBe(42n);
  });

  test.each(['', '-1', '1.5', '1e3', 'one', '9'.repeat(19)])('of %j is forged, and refused', (number) => {
    expect(issuesOf(() => readNumber(writeCursor(number), refuse))).toMatchObject([{ path: ['after'] }]);
  });
});
