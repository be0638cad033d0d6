/** A server that dies under a live Brim is started again: once, at its port, and with its rows. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { describe, expect, test, vi } from 'vitest';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { patience } from '../support/deadlines.ts';
import { until } from '../support/witness.ts';

/** On a quiet machine. */
const HEALS_WITHIN_MS = 25_000;
/** The tests wait side by side, each with a server of its own. */
const TOGETHER = { concurrent: true, timeout: patience(60_000) };

interface Supervised {
  readonly dataDir: string;
  readonly owner: EmbeddedPostgres;
  /** What the owner has said of its server's death and return. */
  readonly reported: readonly string[];
  /** Another one on the same folder, in this process. */
  open(): Promise<EmbeddedPostgres>;
  /** Another one on the same folder, in a process of its own. */
  openInChild(): Promise<{ readonly child: ChildProcess; readonly url: string }>;
  /** Occupies the port until the end of the test, as soon as it is free. */
  take(port: number): Promise<void>;
  /** @param all Also kills its processes for single connections and housekeeping. */
  killServer(all?: boolean): Promise<void>;
  /** The rows that were there before. */
  rows(): Promise<unknown[]>;
  /** How many Brims use the server. */
  members(): Promise<unknown[]>;
  untilHealed(): Promise<void>;
}

/** A test with an owner of a new server, which has a row. The server ends with the test. */
function supervised(run: (place: Supervised) => Promise<void>): () => Promise<void> {
  return async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'brim-supervised-'));
    await chmod(dataDir, 0o755);
    const reported: string[] = [];
    const say = (message: string) => void reported.push(message);
    const open = () =>
      openEmbeddedPostgres({ dataDir, log: () => undefined, report: { warn: say, info: say }, settings: { fsync: 'off' } });
    const owner = await open();
    const closers: (() => void)[] = [];
    const rows = () => ask(owner.url, 'SELECT word FROM kept');
    try {
      await ask(owner.url, `CREATE TABLE kept AS SELECT 'one' AS word`);
      await run({
        ...{ dataDir, owner, reported, open, rows },
        async openInChild() {
          const script = path.resolve(import.meta.dirname, '../support/embedded-process.ts');
          const child = fork(script, [dataDir], { execArgv: ['--import', 'tsx'] });
          closers.push(() => child.kill('SIGKILL'));
          const [url] = await once(child, 'message');
          return { child, url: String(url) };
        },
        async take(port) {
          const taken = createServer();
          closers.push(() => taken.close());
          const listen = () =>
            new Promise<void>((resolve, reject) => {
              taken.once('error', reject).listen(port, '127.0.0.1', resolve);
            });
          await vi.waitFor(listen, { interval: 5, timeout: patience(5_000) });
        },
        killServer: (all = false) => killServer(dataDir, all),
        members: () => ask(owner.url, `SELECT count(*)::int AS members FROM pg_locks WHERE locktype = 'advisory'`),
        untilHealed: () => until(async () => expect(await rows()).toEqual([{ word: 'one' }]), HEALS_WITHIN_MS),
      });
    } finally {
      for (const close of closers) close();
      await owner.close();
    }
    await expect(rows()).rejects.toThrow();
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** The server may die at any moment. */
async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function killServer(dataDir: string, all: boolean): Promise<void> {
  const pid = Number.parseInt(await readFile(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
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

const untilTwo = ({ members }: Supervised) =>
  until(async () => expect(await members()).toEqual([{ members: 2 }]), HEALS_WITHIN_MS);
const untilProblem = ({ owner }: Supervised, problem: unknown) =>
  until(() => expect(owner.problem()).toEqual(problem), HEALS_WITHIN_MS);

describe('kill -9', TOGETHER, () => {
  test(
    'of the server: it returns at its port, the log says so, and nobody else stops it',
    supervised(async (place) => {
      await place.killServer();
      await untilProblem(place, expect.stringContaining('embedded PostgreSQL'));
      await place.untilHealed();
      await untilProblem(place, undefined);
      const { reported } = place;
      expect(reported).toEqual([
        expect.stringContaining('broke'),
        ...reported.slice(1, -1),
        expect.stringContaining('there again'),
      ]);
      expect(await place.members()).toEqual([{ members: 1 }]);
    }),
  );

  test.runIf(process.platform === 'linux')(
    'of it and of all its processes, again and again',
    supervised(async (place) => {
      for (let round = 0; round < 2; round += 1) {
        await place.killServer(true);
        await place.untilHealed();
        await untilProblem(place, undefined);
      }
    }),
  );

  test(
    'under two of them: both recover, and use one server',
    supervised(async (place) => {
      const { child, url } = await place.openInChild();
      expect(url).toBe(place.owner.url);
      await place.killServer();
      await place.untilHealed();
      await untilTwo(place);
      child.send('close');
      expect(await once(child, 'exit')).toEqual([0, null]);
      expect(await place.rows()).toEqual([{ word: 'one' }]);
    }),
  );

  test(
    'and one of two closes before it is back: the other one brings it back',
    supervised(async (place) => {
      const { child } = await place.openInChild();
      await place.killServer();
      child.send('close');
      expect(await once(child, 'exit')).toEqual([0, null]);
      await place.untilHealed();
    }),
  );

  test(
    'and somebody opens the folder before it is back: that one starts it where the first one expects it',
    supervised(async (place) => {
      await place.killServer();
      const guest = await place.open();
      expect(guest.url).toBe(place.owner.url);
      await place.untilHealed();
      await untilTwo(place);
      await guest.close();
      expect(await place.rows()).toEqual([{ word: 'one' }]);
    }),
  );
});

test(
  'its port is taken meanwhile: it returns at another port, and every Brim on the folder follows',
  TOGETHER,
  supervised(async (place) => {
    const { owner } = place;
    const before = owner.url;
    const { child } = await place.openInChild();
    await place.killServer(true);
    await place.take(Number(new URL(before).port));
    await until(() => expect(owner.url).not.toBe(before), HEALS_WITHIN_MS);
    await place.untilHealed();
    await untilTwo(place);
    expect(owner.problem()).toBeUndefined();
    child.send('close');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await place.rows()).toEqual([{ word: 'one' }]);
  }),
);

test(
  'deleted files are not made anew: it says so, and continues when they are back',
  TOGETHER,
  supervised(async (place) => {
    const version = path.join(place.dataDir, 'postgres', 'PG_VERSION');
    await rename(version, `${version}.away`);
    await place.killServer();
    await untilProblem(place, expect.stringContaining('put it back'));
    await rename(`${version}.away`, version);
    await place.untilHealed();
  }),
);
