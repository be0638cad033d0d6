/** A server that dies under a live Brim is started again: once, at its port, and with its rows. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { patience } from '../support/deadlines.ts';

const HEALS_WITHIN_MS = patience(25_000);
let dataDir: string;
let owner: EmbeddedPostgres;
const reported: string[] = [];

const open = () =>
  openEmbeddedPostgres({
    dataDir,
    log: () => undefined,
    report: { warn: (message) => reported.push(message), info: (message) => reported.push(message) },
    settings: { fsync: 'off' },
  });
const serverPid = async () => Number.parseInt(await readFile(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);

/** Its server may die at any moment. */
async function ask(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: owner.url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const inIt = () => ask('SELECT word FROM kept');
const members = () => ask(`SELECT count(*)::int AS members FROM pg_locks WHERE locktype = 'advisory'`);
const untilHealed = () => expect.poll(inIt, { timeout: HEALS_WITHIN_MS }).toEqual([{ word: 'one' }]);

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'brim-supervised-'));
  await chmod(dataDir, 0o755);
  reported.length = 0;
  owner = await open();
  await ask(`CREATE TABLE kept AS SELECT 'one' AS word`);
});
afterEach(async () => {
  await owner.close();
  await expect(ask('SELECT')).rejects.toThrow();
  await rm(dataDir, { recursive: true, force: true });
});

/** @param all Also kills its processes for single connections and housekeeping. */
async function killServer(all = false): Promise<void> {
  const pid = await serverPid();
  const children = all ? await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8') : '';
  process.kill(pid, 'SIGKILL');
  for (const child of children.split(' ').filter(Boolean).map(Number)) killIfAlive(child);
}

/** A connection's process may end between the reading of the list and its turn here. */
function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Occupies the port until the end of the test, as soon as it is free. */
async function take(port: number): Promise<void> {
  const taken = createServer();
  onTestFinished(() => void taken.close());
  await vi.waitFor(
    () =>
      new Promise<void>((resolve, reject) => {
        taken.once('error', reject).listen(port, '127.0.0.1', resolve);
      }),
    { interval: 5, timeout: patience(5_000) },
  );
}

async function openInChild() {
  const child = fork(path.resolve(import.meta.dirname, '../support/embedded-process.ts'), [dataDir], {
    execArgv: ['--import', 'tsx'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [url] = await once(child, 'message');
  return { child, url: String(url) };
}

describe('kill -9', () => {
  test('of the server: it returns at its port, the log says so, and nobody else stops it', async () => {
    await killServer();
    await expect.poll(() => owner.problem(), { timeout: HEALS_WITHIN_MS }).toContain('embedded PostgreSQL');
    await untilHealed();
    await expect.poll(() => owner.problem(), { timeout: HEALS_WITHIN_MS }).toBeUndefined();
    expect(reported).toEqual([
      expect.stringContaining('broke'),
      ...reported.slice(1, -1),
      expect.stringContaining('there again'),
    ]);
    expect(await members()).toEqual([{ members: 1 }]);
  });

  test.runIf(process.platform === 'linux')('of it and of all its processes, again and again', async () => {
    for (let round = 0; round < 2; round += 1) {
      await killServer(true);
      await untilHealed();
      await expect.poll(() => owner.problem(), { timeout: HEALS_WITHIN_MS }).toBeUndefined();
    }
  });

  test('under two of them: both recover, and use one server', async () => {
    const { child, url } = await openInChild();
    expect(url).toBe(owner.url);
    await killServer();
    await untilHealed();
    await expect.poll(members, { timeout: HEALS_WITHIN_MS }).toEqual([{ members: 2 }]);
    child.send('close');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await inIt()).toEqual([{ word: 'one' }]);
  });

  test('and one of two closes before it is back: the other one brings it back', async () => {
    const { child } = await openInChild();
    await killServer();
    child.send('close');
    expect(await once(child, 'exit')).toEqual([0, null]);
    await untilHealed();
  });

  test('and somebody opens the folder before it is back: that one starts it where the first one expects it', async () => {
    await killServer();
    const guest = await open();
    expect(guest.url).toBe(owner.url);
    await untilHealed();
    await expect.poll(members, { timeout: HEALS_WITHIN_MS }).toEqual([{ members: 2 }]);
    await guest.close();
    expect(await inIt()).toEqual([{ word: 'one' }]);
  });
});

test('its port is taken meanwhile: it returns at another port, and every Brim on the folder follows', async () => {
  const before = owner.url;
  const { child } = await openInChild();
  await killServer(true);
  await take(Number(new URL(before).port));
  await expect.poll(() => owner.url, { timeout: HEALS_WITHIN_MS }).not.toBe(before);
  await untilHealed();
  await expect.poll(members, { timeout: HEALS_WITHIN_MS }).toEqual([{ members: 2 }]);
  expect(owner.problem()).toBeUndefined();
  child.send('close');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(await inIt()).toEqual([{ word: 'one' }]);
});

test('deleted files are not made anew: it says so, and continues when they are back', async () => {
  const version = path.join(dataDir, 'postgres', 'PG_VERSION');
  await rename(version, `${version}.away`);
  await killServer();
  await expect.poll(() => owner.problem(), { timeout: HEALS_WITHIN_MS }).toContain('put it back');
  await rename(`${version}.away`, version);
  await untilHealed();
});
