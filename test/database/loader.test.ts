import { describe, expect, test } from 'vitest';
import { gather, gatherById, rowsByKey } from '../../src/database/loader.ts';
import { UnreadableError } from '../../src/values/errors.ts';

describe('concurrent loads', () => {
  test('are one call, answered in their order, even with a repeated key', async () => {
    const calls: (readonly string[])[] = [];
    const load = gather(async (keys: readonly string[]) => {
      calls.push(keys);
      return keys.map((key) => key.toUpperCase());
    });
    expect(await Promise.all(['a', 'b', 'a'].map(load))).toEqual(['A', 'B', 'A']);
    expect(calls).toEqual([['a', 'b', 'a']]);
  });

  test('of one turn of the event loop are one call, also from callbacks that follow each other', async () => {
    const calls: (readonly string[])[] = [];
    const load = gather(async (keys: readonly string[]) => {
      calls.push(keys);
      return keys;
    });
    const loaded = ['a', 'b'].map((key) => new Promise((resolve) => setTimeout(() => resolve(load(key)), 1)));
    // Both timers are due when the event loop comes to them, so it calls one after the other.
    for (const startMs = performance.now(); performance.now() - startMs < 5; );
    expect(await Promise.all(loaded)).toEqual(['a', 'b']);
    expect(calls).toEqual([['a', 'b']]);
  });

  test('are never memoised', async () => {
    let truth = 9;
    const load = gather(async (keys: readonly string[]) => keys.map(() => truth--));
    expect([await load('a'), await load('a'), await load('a')]).toEqual([9, 8, 7]);
  });

  test('are at most a thousand in one call', async () => {
    const sizes: number[] = [];
    const load = gather(async (keys: readonly number[]) => {
      sizes.push(keys.length);
      return keys;
    });
    await Promise.all(Array.from({ length: 2_500 }, (_, index) => load(index)));
    expect(sizes).toEqual([1_000, 1_000, 500]);
  });

  test('are refused as unavailable where the database is away, and with their own error otherwise', async () => {
    const failing = (error: Error) => gather(() => Promise.reject(error))('a');
    await expect(failing(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))).rejects.toBeInstanceOf(UnreadableError);
    await expect(failing(new Error('surprise'))).rejects.toThrow('surprise');
  });
});

test('an id that Postgres cannot store finds nothing, and does not fail the loads beside it', async () => {
  const calls: (readonly string[])[] = [];
  const load = gatherById(async (ids) => {
    calls.push(ids);
    return [{ id: 'c' }, { id: 'a' }];
  });
  const asked = ['a', 'b\u0000', '\ud83e', 'c', 'a', 'd'];
  expect(await Promise.all(asked.map(load))).toEqual([{ id: 'a' }, null, null, { id: 'c' }, { id: 'a' }, null]);
  expect(calls).toEqual([['a', 'c', 'd']]);
});

test('rows are grouped by their keys, in their original order', () => {
  const rows = ['b1', 'a1', 'b2', 'z1'];
  const found = rowsByKey(
    ['a', 'b', 'c', 'a'],
    (key) => key,
    rows,
    (row) => row.slice(0, 1),
  );
  expect(found).toEqual([['a1'], ['b1', 'b2'], [], ['a1']]);
});
