/** The folders of embedded servers: new, left over, closed to PostgreSQL, or refused. */
import { cp, mkdir, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findBinaries, programsIn } from '../../src/embedded/binaries.ts';
import { runProgram } from '../../src/embedded/program.ts';
import { reachableBinaries } from '../../src/embedded/reachable.ts';
import { patience } from '../support/deadlines.ts';
import { isServedIn, makeBaseDir, openIn, query } from './embedded-fixture.ts';

const asRoot = process.getuid?.() === 0;
/** Each test has a folder of its own, so they run side by side. */
const TOGETHER = { concurrent: true, timeout: patience(60_000) };

function inFolder(run: (baseDir: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const baseDir = await makeBaseDir();
    try {
      await run(baseDir);
    } finally {
      await rm(baseDir, { recursive: true, force: true });
    }
  };
}

describe('a new folder', TOGETHER, () => {
  test(
    'opened twice at once is one server, which the last one to close stops',
    inFolder(async (baseDir) => {
      const newDir = path.join(baseDir, 'raced');
      const [one, two] = await Promise.all([openIn(baseDir, newDir), openIn(baseDir, newDir)]);
      expect(two.url).toBe(one.url);
      await one.close();
      expect(await query(two.url, 'SELECT 1 AS here')).toEqual([{ here: 1 }]);
      await two.close();
      expect(await isServedIn(newDir)).toBe(false);
      expect(await readdir(newDir)).toEqual(['postgres']);
    }),
  );

  test(
    'is made although a kill -9 during an earlier creation has left a part of it',
    inFolder(async (baseDir) => {
      const newDir = path.join(baseDir, 'abandoned');
      await mkdir(path.join(newDir, 'postgres.new-killed', 'cluster'), { recursive: true });
      const postgres = await openIn(baseDir, newDir);
      expect(await query(postgres.url, 'SELECT 1 AS here')).toEqual([{ here: 1 }]);
      await postgres.close();
    }),
  );
});

describe.runIf(asRoot)('in a folder that PostgreSQL’s user cannot enter', TOGETHER, () => {
  test(
    'a link leads to the cluster, which is there at the next start',
    inFolder(async (baseDir) => {
      const closed = path.join(baseDir, 'closed');
      const data = path.join(closed, 'data');
      await mkdir(closed, { mode: 0o700 });
      const first = await openIn(baseDir, data);
      await query(first.url, `CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here')`);
      await first.close();
      expect(await readlink(path.join(data, 'postgres'))).toMatch(new RegExp(`^${baseDir}/shared/[0-9a-f]{16}/postgres$`));
      expect((await stat(closed)).mode & 0o777).toBe(0o700);
      const second = await openIn(baseDir, data);
      expect(await query(second.url, 'SELECT word FROM kept')).toEqual([{ word: 'here' }]);
      await second.close();
    }),
  );

  test(
    'the programs are copied to where they can be run, once',
    inFolder(async (baseDir) => {
      const closed = path.join(baseDir, 'installation');
      await mkdir(closed, { mode: 0o700 });
      const installed = await findBinaries();
      const native = path.join(closed, 'native');
      await cp(path.resolve(installed.postgres, '../..'), native, { recursive: true, verbatimSymlinks: true });
      const binaries = { ...installed, ...programsIn(native) };
      const user = { uid: 65_534, gid: 65_534 };
      const sharedDir = path.join(baseDir, 'shared');
      const [one, two] = await Promise.all([1, 2].map(() => reachableBinaries(user, binaries, sharedDir)));
      expect(two).toEqual(one);
      const end = await runProgram({ path: one?.postgres ?? '', args: ['--version'], user, workingDir: '/' });
      expect(end).toMatchObject({ exitCode: 0, output: expect.stringContaining('PostgreSQL') });
      expect((await readdir(sharedDir)).filter((name) => name.startsWith('postgresql-'))).toHaveLength(1);
    }),
  );
});

describe('a folder is refused by name', TOGETHER, () => {
  test.runIf(asRoot)(
    'whose files belong to root',
    inFolder(async (baseDir) => {
      const copied = path.join(baseDir, 'copied');
      await mkdir(path.join(copied, 'postgres'), { recursive: true });
      await expect(openIn(baseDir, copied)).rejects.toThrow(`${path.join(copied, 'postgres')} belongs to root`);
    }),
  );

  test(
    'whose files are of another version',
    inFolder(async (baseDir) => {
      const old = path.join(baseDir, 'old');
      const made = await openIn(baseDir, old);
      await made.close();
      await writeFile(path.join(old, 'postgres', 'PG_VERSION'), '12\n');
      await expect(openIn(baseDir, old)).rejects.toThrow(`${path.join(old, 'postgres')} was made by PostgreSQL 12`);
    }),
  );
});
