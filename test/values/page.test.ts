import { describe, expect, test } from 'vitest';
import { readNumber, writeCursor } from '../../src/values/cursors.ts';
import { InvalidInputError } from '../../src/values/errors.ts';
import { inTime, type PageRequest, readPage, readSlice } from '../../src/values/page.ts';

/** The issues of the error that `read` throws. */
function issuesOf(read: () => unknown) {
  try {
    return read();
  } catch (error) {
    return error instanceof InvalidInputError ? error.issues : error;
  }
}

describe('the requested page size', () => {
  test.each<[PageRequest, number]>([
    [{ first: 1 }, 1],
    [{ first: 100, last: null }, 100],
    [{ last: 1 }, 1],
    [{ last: 100, first: null }, 100],
    [{}, 20],
    [{ before: writeCursor('3') }, 20],
  ])('of %j is %d', (request, size) => {
    expect(readSlice(request, readNumber)).toMatchObject({ limit: size + 1, fromEnd: request.last != null });
  });

  test.each([0, -1, 101, Number.NaN])('%d is refused at its path', (size) => {
    for (const argument of ['first', 'last'])
      expect(issuesOf(() => readSlice({ [argument]: size }, readNumber))).toMatchObject([
        { path: [argument], message: 'must be 1 to 100' },
      ]);
  });

  test('is not asked for from both ends at once', () => {
    expect(issuesOf(() => readSlice({ first: 1, last: 1 }, readNumber))).toEqual([
      { path: ['last'], message: 'must be left out with first', code: 'NOT_ALLOWED' },
    ]);
  });
});

test.each(['after', 'before'])('a forged cursor is refused at `%s`', (argument) => {
  expect(issuesOf(() => readSlice({ [argument]: 'forged' }, readNumber))).toMatchObject([{ path: [argument] }]);
});

/** The numbers from 1 to 5. */
const LIST = [1, 2, 3, 4, 5];
const pageOf = (request: PageRequest) =>
  readPage(request, readNumber, async ({ after, before, fromEnd, limit }) => {
    const within = LIST.filter((each) => (after === null || each > after) && (before === null || each < before));
    return fromEnd ? within.slice(-limit) : within.slice(0, limit);
  });
const at = (number: number) => writeCursor(String(number));

describe('a page', () => {
  test.each<[PageRequest, number[], { previous: boolean; next: boolean }]>([
    [{ first: 2 }, [1, 2], { previous: false, next: true }],
    [{ first: 2, after: at(2) }, [3, 4], { previous: true, next: true }],
    [{ first: 2, after: at(3) }, [4, 5], { previous: true, next: false }],
    [{ first: 2, before: at(5) }, [1, 2], { previous: false, next: true }],
    [{ first: 2, before: at(3) }, [1, 2], { previous: false, next: false }],
    [{ first: 5, after: at(1), before: at(5) }, [2, 3, 4], { previous: true, next: false }],
    [{ last: 2 }, [4, 5], { previous: true, next: false }],
    [{ last: 2, before: at(4) }, [2, 3], { previous: true, next: true }],
    [{ last: 2, before: at(3) }, [1, 2], { previous: false, next: true }],
    [{ last: 2, after: at(2) }, [4, 5], { previous: true, next: false }],
    [{ last: 2, after: at(3) }, [4, 5], { previous: false, next: false }],
    [{ last: 5, after: at(1), before: at(5) }, [2, 3, 4], { previous: false, next: true }],
    [{ after: at(5) }, [], { previous: true, next: false }],
    [{ last: 3, before: at(1) }, [], { previous: false, next: true }],
    [{ first: 3, after: at(4), before: at(2) }, [], { previous: true, next: false }],
  ])('of %j is %j', async (request, nodes, { previous, next }) => {
    expect(await pageOf(request)).toEqual({ nodes, hasPreviousPage: previous, hasNextPage: next });
  });
});

test('what follows in a list with the newest first is older', () => {
  expect(inTime({ after: 9n, before: 12n, fromEnd: true, limit: 3 })).toEqual({
    before: 9n,
    after: 12n,
    fromOldest: true,
    limit: 3,
  });
});
