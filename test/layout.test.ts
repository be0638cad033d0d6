/**
 * Where tests lie: those of a room beside its sources' names, and those that need more in folders
 * that stand apart.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** The folders that `npm run test:quick` leaves out. */
const apart =
  /--exclude 'test\/\{([\w,-]+)\}/.exec(JSON.parse(read('package.json')).scripts['test:quick'])?.[1]?.split(',') ?? [];

/** Support of tests, in which nothing is tested but the support. */
const SUPPORT = ['support'];
const ROOMS_ELSEWHERE: Readonly<Record<string, string>> = {
  schema: 'schema',
  client: 'packages/client/src',
  console: 'packages/console/src',
  bench: 'bench',
};

const files = readdirSync(path.join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  .map((file) => path.join('test', file))
  .filter((file) => /\.(ts|tsx|mjs)$/.test(file))
  .sort();
const quick = files.filter((file) => file.endsWith('.test.ts') && !apart.includes(file.split('/')[1] ?? ''));

/** A file of test/ and all that it imports of test/, with what those import. */
function closureOf(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file) || !file.startsWith('test/') || !existsSync(path.join(ROOT, file))) return seen;
  seen.add(file);
  for (const [, target = ''] of read(file).matchAll(/\bfrom '(\.[^']+)'/g))
    closureOf(path.join(path.dirname(file), target), seen);
  return seen;
}

describe('npm run test:quick', () => {
  it('leaves out folders that exist, and runs the rules of the ledger and of purchases', () => {
    expect(apart.length).toBeGreaterThan(10);
    expect(apart.filter((folder) => !existsSync(path.join(ROOT, 'test', folder)))).toEqual([]);
    expect(quick.length).toBeGreaterThan(60);
    const rooms = new Set(quick.map((file) => file.split('/')[1]));
    expect([...rooms]).toEqual(expect.arrayContaining(['ledger', 'purchases', 'values', 'config', 'schema', 'catalog']));
  });

  it('starts no process and no browser', () => {
    const starts = /from '(node:child_process|[./]+support\/(process|chromium|pgbouncer)\.ts|[./]+src\/embedded\/postgres\.ts)'/;
    const startsOne = (file: string) => [...closureOf(file)].some((each) => starts.test(read(each)));
    expect(files.filter((file) => file.endsWith('.test.ts') && startsOne(file)).length).toBeGreaterThan(20);
    expect(quick.filter(startsOne)).toEqual([]);
  });
});

describe('every other folder of test/', () => {
  it('has the name of a room, and its folders those of the room', () => {
    const folders = [...new Set(quick.map((file) => path.relative('test', path.dirname(file))))];
    const sourceOf = (folder: string) => {
      const [room = '', ...rest] = folder.split('/');
      return path.join(ROOMS_ELSEWHERE[room] ?? `src/${room}`, ...rest);
    };
    expect(folders.length).toBeGreaterThan(10);
    expect(folders.filter((folder) => !SUPPORT.includes(folder) && !existsSync(path.join(ROOT, sourceOf(folder))))).toEqual([]);
  });
});
