import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeOnce } from './made-once.ts';

let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'brim-made-once-'));
  folder = path.join(parent, 'made');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

/** Fills a folder with two files, and waits between them. */
function slowly(before: Promise<void>) {
  return async (draft: string) => {
    await writeFile(path.join(draft, 'first'), 'one');
    await before;
    await writeFile(path.join(draft, 'second'), 'two');
  };
}

describe('a folder that several processes make', () => {
  it('is not there before it is complete', async () => {
    let goOn = () => {};
    const made = madeOnce(folder, slowly(new Promise((resolve) => (goOn = resolve))));
    await expect.poll(() => readdir(parent)).toHaveLength(1);
    expect(existsSync(folder)).toBe(false);
    goOn();
    expect(await made).toBe(folder);
    expect((await readdir(folder)).sort()).toEqual(['first', 'second']);
  });

  it('is the one of the first that completes it, and no draft is left', async () => {
    const made = await Promise.all([1, 2, 3].map(() => madeOnce(folder, slowly(Promise.resolve()))));
    expect(made).toEqual([folder, folder, folder]);
    expect(await readdir(parent)).toEqual(['made']);
    await madeOnce(folder, () => Promise.reject(new Error('it is there')));
    expect(await readFile(path.join(folder, 'second'), 'utf8')).toBe('two');
  });

  it('is not there where making it fails, and is made at the next try', async () => {
    await expect(madeOnce(folder, () => Promise.reject(new Error('no room')))).rejects.toThrow('no room');
    expect(await readdir(parent)).toEqual([]);
    expect(await madeOnce(folder, slowly(Promise.resolve()))).toBe(folder);
  });
});
