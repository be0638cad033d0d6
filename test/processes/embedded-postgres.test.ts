import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isServedIn, makeBaseDir, openIn, query } from './embedded-fixture.ts';

let baseDir: string;
let dataDir: string;
const logged: string[] = [];
const children: ChildProcess[] = [];
const open = (settings: Record<string, string> = {}) =>
  openIn(baseDir, dataDir, { settings, log: (message) => logged.push(message) });
const isServed = () => isServedIn(dataDir);

beforeAll(async () => {
  baseDir = await makeBaseDir();
  dataDir = path.join(baseDir, 'data');
});

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  // After a failed test the server may still run: the last one that closes stops it.
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

  test('accepts settings, and refuses those that a shell could misread', async () => {
    const postgres = await open({ max_connections: '20', work_mem: '8MB' });
    expect(await query(postgres.url, 'SHOW max_connections')).toEqual([{ max_connections: '20' }]);
    await postgres.close();
    await expect(open({ work_mem: '8MB; true' })).rejects.toThrow(/work_mem = "8MB; true" is not a plain/);
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

const serverPid = async () => Number.parseInt(await readFile(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
