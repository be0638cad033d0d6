import { describe, expect, test } from 'vitest';
import { InvalidInputError } from '../../src/values/errors.ts';
import { readCursor, readFirst, readPlace, toPage, writeCursor } from '../../src/values/page.ts';

/** The issues of the error that `read` throws. */
function issuesOf(read: () => unknown) {
  try {
    return read();
  } catch (error) {
    return error instanceof InvalidInputError ? error.issues : error;
  }
}

describe('the requested page size', () => {
  test.each([
    [1, 1],
    [100, 100],
    [null, 20],
    [undefined, 20],
  ])('%s reads as %d', (first, expected) => {
    expect(readFirst(first)).toBe(expected);
  });

  test.each([0, -1, 101, Number.NaN])('%d is refused at its path', (first) => {
    expect(issuesOf(() => readFirst(first))).toMatchObject([{ path: ['first'], message: 'must be 1 to 100' }]);
  });
});

describe('a cursor', () => {
  test.each([[['42']], [['2026-01-31T00:00:00.000Z', '顧客-🦊']], [['', '"quoted"\\']]])(
    'of %j is read back as it was',
    (parts) => {
      const cursor = writeCursor(...parts);
      expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(readCursor(cursor, parts.length)).toEqual(parts);
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
    expect(issuesOf(() => readCursor(cursor, 2))).toMatchObject([
      { path: ['after'], message: 'must be a cursor that a page of this list gave, such as pageInfo.endCursor' },
    ]);
  });
});

describe('a cursor of a place in a list', () => {
  test('contains an instant and an id', () => {
    const createdAt = new Date('2026-01-31T00:00:00.123Z');
    expect(readPlace(writeCursor(createdAt.toISOString(), '顧客'))).toEqual({ createdAt, id: '顧客' });
  });

  test.each([
    ['tomorrow', 'a'],
    ['+010000-01-01T00:00:00.000Z', 'a'],
    ['0000-01-01T00:00:00.000Z', 'a'],
    ['2026-01-31T00:00:00.000Z', '\u0000'],
    ['2026-01-31T00:00:00.000Z', '\ud83e'],
  ])('of %j and %j is forged, and refused', (made, id) => {
    expect(issuesOf(() => readPlace(writeCursor(made, id)))).toMatchObject([{ path: ['after'] }]);
  });
});

describe('a page is made of rows that were read with one more than requested', () => {
  test('the additional row means that there is a next page, and is not in it', () => {
    expect(toPage([1, 2, 3], 2, null)).toEqual({ nodes: [1, 2], hasNextPage: true, hasPreviousPage: false });
  });

  test('without it this page is the last', () => {
    expect(toPage([1, 2], 2, null)).toEqual({ nodes: [1, 2], hasNextPage: false, hasPreviousPage: false });
    expect(toPage([], 2, undefined)).toEqual({ nodes: [], hasNextPage: false, hasPreviousPage: false });
  });

  test('a page requested with `after` has one before it', () => {
    expect(toPage([3], 2, 'cursor').hasPreviousPage).toBe(true);
  });
});
