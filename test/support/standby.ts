/**
 * PostgreSQL servers of a test's own, from the embedded binaries: a primary, and standbys that
 * stream its log. Nobody supervises them, so that a test may kill and promote them.
 */
import { appendFile, chmod, chown, cp, lchown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { expect } from 'vitest';
import { type Binaries, findBinaries } from '../../src/embedded/binaries.ts';
import { CLUSTER_USER, type Cluster, openCluster } from '../../src/embedded/cluster.ts';
import { runProgram } from '../../src/embedded/program.ts';
import { reachableBinaries, SHARED_DIR } from '../../src/embedded/reachable.ts';
import { findServer, type ServerSettings, startServer, stopServer } from '../../src/embedded/server.ts';
import { findSystemUser } from '../../src/embedded/system-user.ts';
import { runOn } from './database-url.ts';
import { until } from './witness.ts';

export interface PostgresServer {
  /** The database `brim`, for the role that may do everything. */
  readonly url: string;
  /** Kills it at once, as a crash does, and resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again after that, at the same port. */
  start(): Promise<void>;
  /** Makes a standby a primary. Resolves when it takes writes. */
  promote(): Promise<void>;
  /** Copies its files while it runs, as a base backup does. @returns the folder of the copy. */
  copy(): Promise<ServerFiles>;
  /** Stops it, if it still runs, and removes its files. */
  close(): Promise<void>;
}

/** Where a server's files are, and who may use them. */
export interface ServerFiles {
  readonly cluster: Cluster;
  readonly binaries: Binaries;
  readonly settings: ServerSettings;
}

const DATABASE = 'brim';
const SETTINGS = {
  ...{ fsync: 'off', autovacuum: 'off', max_connections: '100', shared_buffers: '32MB' },
  // A standby that is copied from it reads the log since the beginning of the copy.
  wal_keep_size: '512MB',
};
/** What a copy makes anew: the log, which it streams, and what belongs to a running server. */
const NOT_COPIED = /^(postmaster\.(pid|opts)|brim-port|brim\.log|pg_wal\/(?!archive_status$|summaries$).+|pg_replslot\/.+)$/;

/** A new server with an empty database `brim`. */
export async function openPrimary(settings: ServerSettings = {}): Promise<PostgresServer> {
  const dir = path.join(await newFolder(), 'postgres');
  const user = await findSystemUser(dir);
  const binaries = await reachableBinaries(user, await findBinaries(), SHARED_DIR);
  const cluster = await openCluster({ dir, user, binaries, durable: false });
  const server = await openServer({ cluster, binaries, settings: { ...SETTINGS, ...settings } });
  const postgres = new URL(server.url);
  postgres.pathname = '/postgres';
  await runOn(postgres.href, `CREATE DATABASE ${DATABASE} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`);
  return server;
}

export interface StandbyOptions {
  /** Where the primary answers no commit before it is on the standby's disk. */
  readonly isSynchronous?: boolean;
  /** The URL by which it reaches the primary; left out: the primary's own. */
  readonly way?: string;
}

/** A server that follows the primary and can be read. */
export async function openStandby(
  primary: PostgresServer,
  { isSynchronous = false, way = primary.url }: StandbyOptions = {},
): Promise<PostgresServer> {
  const files = await primary.copy();
  const { hostname, port } = new URL(way);
  const source = `host=${hostname} port=${port} user=${CLUSTER_USER} password=${files.cluster.password} application_name=standby`;
  await configure(files.cluster, { primary_conninfo: source }, 'standby.signal');
  const standby = await openServer(files);
  if (isSynchronous) {
    await runOn(primary.url, `ALTER SYSTEM SET synchronous_standby_names TO 'standby'`);
    await runOn(primary.url, 'SELECT pg_reload_conf()');
  }
  const state = isSynchronous ? 'sync' : 'async';
  await until(async () => {
    const followers = await runOn(primary.url, 'SELECT state, sync_state FROM pg_stat_replication');
    expect(followers).toEqual([{ state: 'streaming', sync_state: state }]);
  }, 30_000);
  return standby;
}

/** Starts a server on files that a copy made, or that a server left. */
export async function openServer({ cluster, binaries, settings }: ServerFiles): Promise<PostgresServer> {
  const { dir, user, password } = cluster;
  const start = () => until(async () => expect(await startServer(cluster, binaries, settings)).toBe(true), 60_000);
  await start();
  const running = await findServer(cluster);
  if (running === undefined) throw new Error(`the server of ${dir} ended right after its start`);
  const { port } = running;
  const url = `postgresql://${CLUSTER_USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
  return {
    url,
    async kill() {
      const server = await findServer(cluster);
      if (server) process.kill(server.pid, 'SIGKILL');
      await until(async () => expect(await findServer(cluster)).toBeUndefined());
    },
    start,
    async promote() {
      const args = ['promote', '--wait', '--timeout=120', `--pgdata=${dir}`];
      const { exitCode, output } = await runProgram({ path: binaries.pgCtl, args, user, workingDir: dir });
      if (exitCode !== 0) throw new Error(`the standby was not promoted: ${output}`);
    },
    copy: async () => ({ cluster: await copyRunning(url, cluster), binaries, settings }),
    async close() {
      if (await findServer(cluster)) await stopServer(cluster, binaries);
      await rm(path.dirname(dir), { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

async function copyRunning(url: string, { dir, user, password }: Cluster): Promise<Cluster> {
  const copied = { dir: path.join(await newFolder(), 'postgres'), user, password };
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Start and stop must be of one session.
    await client.query(`SELECT pg_backup_start('copy', fast => true)`);
    await cp(dir, copied.dir, { recursive: true, filter: (file) => !NOT_COPIED.test(path.relative(dir, file)) });
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)');
    await write(copied, 'backup_label', rows[0]?.labelfile ?? '');
  } finally {
    await client.end();
  }
  await giveAll(copied);
  return copied;
}

/** Sets what a stopped server reads at its start, and how that start begins. */
export async function configure(
  cluster: Cluster,
  settings: ServerSettings,
  signal: 'standby.signal' | 'recovery.signal',
): Promise<void> {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
  await appendFile(path.join(cluster.dir, 'postgresql.auto.conf'), lines.join(''));
  await write(cluster, signal, '');
}

/** PostgreSQL's user passes through it, and it is removed with its server. */
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'brim-server-'));
  await chmod(folder, 0o755);
  return folder;
}

async function write({ dir, user: { uid, gid } }: Cluster, name: string, text: string): Promise<void> {
  const file = path.join(dir, name);
  await writeFile(file, text);
  if (uid !== undefined && gid !== undefined) await chown(file, uid, gid);
}

/** Root copied them, and PostgreSQL runs as another user. */
async function giveAll({ dir, user: { uid, gid } }: Cluster): Promise<void> {
  if (uid === undefined || gid === undefined) return;
  const files = await readdir(dir, { recursive: true, encoding: 'utf8' });
  for (const file of ['', ...files]) await lchown(path.join(dir, file), uid, gid);
}
