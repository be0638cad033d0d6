import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findBinaries, programsIn } from '../../src/embedded/binaries.ts';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { runProgram } from '../../src/embedded/program.ts';
import { reachableBinaries } from '../../src/embedded/reachable.ts';

const asRoot = process.getuid?.() === 0;
let baseDir: string;
let dataDir: string;
const logged: string[] = [];
const children: ChildProcess[] = [];

beforeAll(async () => {
  baseDir = await mkdtemp(path.join(tmpdir(), 'brim-embedded-'));
  await chmod(baseDir, 0o755);
  dataDir = path.join(baseDir, 'data');
});

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  // Cleans up after a failed test: the one that joins last stops the server.
  if (await isServed()) await (await open()).close();
});

afterAll(() => rm(baseDir, { recursive: true, force: true }));

describe('an embedded PostgreSQL', () => {
  test('keeps its rows between starts, and has ended after close', async () => {
    const first = await open();
    await query(first.url, `CREATE TABLE kept (word text); INSERT INTO kept VALUES ('one')`);
    await Promise.all([first.close(), first.close()]);
    await first.close();
    await expect(query(first.url, 'SELECT')).rejects.toThrow(/ECONNREFUSED/);
    expect(await isServed()).toBe(false);

    const second = await open();
    expect(await query(second.url, 'SELECT word FROM kept')).toEqual([{ word: 'one' }]);
    await second.close();
  });

  test('is private to this machine, durable, and compares bytewise', async () => {
    const postgres = await open();
    const url = new URL(postgres.url);
    expect(url.hostname).toBe('127.0.0.1');
    expect(url.port).toBe(`${postgres.port}`);
    expect(url.password).toMatch(/^[0-9a-f]{64}$/);
    const password = await stat(path.join(dataDir, 'postgres', 'brim-password'));
    expect(password.mode & 0o777).toBe(0o600);
    const settings = await query(
      postgres.adminUrl,
      `SELECT current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets,
              current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit,
              current_setting('max_connections') AS max_connections, datcollate AS collation,
              pg_encoding_to_char(encoding) AS encoding
         FROM pg_database WHERE datname = current_database()`,
    );
    expect(settings).toEqual([
      {
        ...{ addresses: '127.0.0.1', sockets: '', fsync: 'on', synchronous_commit: 'on', max_connections: '100' },
        ...{ collation: 'C', encoding: 'UTF8' },
      },
    ]);
    url.password = 'wrong';
    await expect(query(url.href, 'SELECT')).rejects.toThrow(/password authentication failed/);
    await postgres.close();
  });

  test('opened twice at once in a new folder is one server, which the last one to close stops', async () => {
    const newDir = path.join(baseDir, 'raced');
    const [one, two] = await Promise.all([open(newDir), open(newDir)]);
    expect(two.url).toBe(one.url);
    await one.close();
    expect(await query(two.url, 'SELECT 1 AS here')).toEqual([{ here: 1 }]);
    await two.close();
    expect(await isServed(newDir)).toBe(false);
    expect(await readdir(newDir)).toEqual(['postgres']);
  });

  test('accepts settings, and refuses those that a shell could misread', async () => {
    const postgres = await open(dataDir, { max_connections: '20', work_mem: '8MB' });
    expect(await query(postgres.url, 'SHOW max_connections')).toEqual([{ max_connections: '20' }]);
    await postgres.close();
    await expect(open(dataDir, { work_mem: '8MB; true' })).rejects.toThrow(/work_mem = "8MB; true" is not a plain/);
    expect(await isServed()).toBe(false);
  });
});

describe('after kill -9', () => {
  test('of the process that opened it, the server is joined and the rows are there', async () => {
    const { child, url } = await openInChild();
    await query(url, `DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 'committed' AS word`);
    await kill(child);
    expect(await isServed()).toBe(true);

    const postgres = await open();
    expect(postgres.url).toBe(url);
    expect(await query(postgres.url, 'SELECT word FROM kept')).toEqual([{ word: 'committed' }]);
    await postgres.close();
    expect(await isServed()).toBe(false);
  });

  test('of both that process and the server, it starts anew and the rows are there', async () => {
    const { child, url } = await openInChild();
    await query(url, `DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 'committed' AS word`);
    process.kill(await serverPid(), 'SIGKILL');
    await kill(child);

    const postgres = await open();
    expect(await query(postgres.url, 'SELECT word FROM kept')).toEqual([{ word: 'committed' }]);
    await postgres.close();
  });

  test.runIf(process.platform === 'linux')(
    'a stranger with the dead server’s process id does not keep it from starting',
    async () => {
      const { child, url } = await openInChild();
      const lockFile = path.join(dataDir, 'postgres', 'postmaster.pid');
      const [, ...lines] = (await readFile(lockFile, 'utf8')).split('\n');
      child.send('close');
      await once(child, 'exit');
      await writeFile(lockFile, [process.pid, ...lines].join('\n'));

      const postgres = await open();
      expect(await query(postgres.url, 'SELECT 1 AS here')).toEqual([{ here: 1 }]);
      expect(await serverPid()).not.toBe(process.pid);
      await postgres.close();
      await expect(query(url, 'SELECT')).rejects.toThrow();
    },
  );

  test('during the creation of the cluster, the leftovers do not disturb', async () => {
    const newDir = path.join(baseDir, 'abandoned');
    await mkdir(path.join(newDir, 'postgres.new-killed', 'cluster'), { recursive: true });
    const postgres = await open(newDir);
    expect(await query(postgres.url, 'SELECT 1 AS here')).toEqual([{ here: 1 }]);
    await postgres.close();
  });
});

describe('a live owner', () => {
  test('keeps its server when another one comes and goes', async () => {
    const { child, url } = await openInChild();
    const pid = await serverPid();
    const guest = await open();
    expect(guest.url).toBe(url);
    await guest.close();
    expect(await query(url, 'SELECT 1 AS here')).toEqual([{ here: 1 }]);
    expect(await serverPid()).toBe(pid);

    child.send('close');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await isServed()).toBe(false);
  });

  test('leaves the server to the other one, which then stops it', async () => {
    const { child, url } = await openInChild();
    const guest = await open();
    child.send('close');
    await once(child, 'exit');
    expect(await query(url, 'SELECT 1 AS here')).toEqual([{ here: 1 }]);
    await guest.close();
    expect(await isServed()).toBe(false);
  });

  test.skipIf(process.platform === 'win32')('keeps its server when a terminal’s Ctrl-C reaches its process group', async () => {
    const { child, url } = await openInChild();
    const interrupted = once(child, 'message');
    process.kill(-(child.pid ?? Number.NaN), 'SIGINT');
    expect(await interrupted).toEqual(['interrupted', undefined]);
    expect(await query(url, 'SELECT 1 AS here')).toEqual([{ here: 1 }]);
  });

  test('joins again after its connection broke, so that the other one does not stop its server', async () => {
    const owner = await open();
    logged.length = 0;
    await query(
      owner.adminUrl,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'brim: uses this server'`,
    );
    await expect.poll(() => logged).toContainEqual(expect.stringContaining('broke'));
    await expect
      .poll(async () => query(owner.url, `SELECT count(*)::int AS users FROM pg_locks WHERE locktype = 'advisory'`))
      .toEqual([{ users: 1 }]);
    const guest = await open();
    await guest.close();
    expect(await query(owner.url, 'SELECT 1 AS here')).toEqual([{ here: 1 }]);
    await owner.close();
    expect(await isServed()).toBe(false);
  });
});

describe.runIf(asRoot)('in a folder that PostgreSQL’s user cannot enter', () => {
  test('a link leads to the cluster, which is there at the next start', async () => {
    const closed = path.join(baseDir, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const first = await open(path.join(closed, 'data'));
    await query(first.url, `CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here')`);
    await first.close();
    expect(await readlink(path.join(closed, 'data', 'postgres'))).toMatch(
      new RegExp(`^${baseDir}/shared/[0-9a-f]{16}/postgres$`),
    );
    expect((await stat(closed)).mode & 0o777).toBe(0o700);
    const second = await open(path.join(closed, 'data'));
    expect(await query(second.url, 'SELECT word FROM kept')).toEqual([{ word: 'here' }]);
    await second.close();
  });

  test('the programs are copied to where they can be run, once', async () => {
    const closed = path.join(baseDir, 'installation');
    await mkdir(closed, { mode: 0o700 });
    const installed = await findBinaries();
    await cp(path.resolve(installed.postgres, '../..'), path.join(closed, 'native'), { recursive: true, verbatimSymlinks: true });
    const binaries = { ...installed, ...programsIn(path.join(closed, 'native')) };
    const user = { uid: 65_534, gid: 65_534 };
    const sharedDir = path.join(baseDir, 'shared');
    const [one, two] = await Promise.all([1, 2].map(() => reachableBinaries(user, binaries, sharedDir)));
    expect(two).toEqual(one);
    const end = await runProgram({ path: one?.postgres ?? '', args: ['--version'], user, workingDir: '/' });
    expect(end).toMatchObject({ exitCode: 0, output: expect.stringContaining('PostgreSQL') });
    expect((await readdir(sharedDir)).filter((name) => name.startsWith('postgresql-'))).toHaveLength(1);
  });
});

describe('a folder is refused by name', () => {
  test.runIf(asRoot)('whose files belong to root', async () => {
    const copied = path.join(baseDir, 'copied');
    await mkdir(path.join(copied, 'postgres'), { recursive: true });
    await expect(open(copied)).rejects.toThrow(`${path.join(copied, 'postgres')} belongs to root`);
  });

  test('whose files are of another version', async () => {
    const old = path.join(baseDir, 'old');
    const made = await open(old);
    await made.close();
    await writeFile(path.join(old, 'postgres', 'PG_VERSION'), '12\n');
    await expect(open(old)).rejects.toThrow(`${path.join(old, 'postgres')} was made by PostgreSQL 12`);
  });
});

function open(dir = dataDir, settings: Record<string, string> = {}): Promise<EmbeddedPostgres> {
  return openEmbeddedPostgres({
    dataDir: dir,
    log: (message) => logged.push(message),
    settings,
    sharedDir: path.join(baseDir, 'shared'),
  });
}

/** Forked into a process group of its own, as a shell does. */
async function openInChild(): Promise<{ child: ChildProcess; url: string }> {
  const script = path.resolve(import.meta.dirname, '../support/embedded-process.ts');
  const child = fork(script, [dataDir], { execArgv: ['--import', 'tsx'], detached: true });
  children.push(child);
  const [url]: unknown[] = await once(child, 'message');
  if (typeof url !== 'string') throw new Error(`The child said ${JSON.stringify(url)}.`);
  return { child, url };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function serverPid(dir = dataDir): Promise<number> {
  return Number.parseInt(await readFile(path.join(dir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}

function isServed(dir = dataDir): Promise<boolean> {
  return stat(path.join(dir, 'postgres', 'postmaster.pid')).then(
    () => true,
    () => false,
  );
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const result = await client.query(sql);
    return Array.isArray(result) ? [] : result.rows;
  } finally {
    await client.end();
  }
}
