/**
 * Knows who uses the server: every Brim on it holds a shared advisory lock in it.
 *
 * PostgreSQL releases the lock when its holder dies, for every kind of death. So the last one to
 * leave learns that it is the last, and a dead Brim keeps no server alive and needs no pid file.
 * The last one then holds the lock exclusively, so nobody can join a server that is about to be
 * stopped.
 */
import pg from 'pg';
import { CLUSTER_USER, type Cluster } from './cluster.ts';
import type { RunningServer } from './server.ts';
import { codeOf } from './system-error.ts';

/** The letters BRIM. The lock is taken in the database `postgres`, which every cluster has. */
const LOCK = '0x4252494d';
const CONNECT_TIMEOUT_MS = 10_000;

export interface SharedLock {
  /**
   * Releases the lock. True where nobody else holds it; nobody can then join until the server has
   * stopped.
   */
  leave(): Promise<boolean>;
  /** Runs one statement in the database `postgres`. */
  run(sql: string): Promise<pg.QueryResult>;
  /** Resolves when the connection has ended, through `leave` or with the server. */
  readonly gone: Promise<void>;
  /** Closes the connection. */
  close(): Promise<void>;
}

/** Joins the users of the server; undefined where it is starting, stopping, or has ended. */
export async function joinServer(cluster: Cluster, server: RunningServer): Promise<SharedLock | undefined> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: server.port,
    user: CLUSTER_USER,
    password: cluster.password,
    database: 'postgres',
    application_name: 'brim: uses this server',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  const gone = new Promise<void>((resolve) => client.once('end', resolve));
  // Without a listener the end of the server would end this process. `gone` reports the end.
  client.on('error', () => undefined);
  try {
    await client.connect();
    if (!(await holds(client, `pg_try_advisory_lock_shared(${LOCK})`))) {
      await client.end();
      return undefined;
    }
  } catch (cause) {
    await client.end().catch(() => undefined);
    if (isTemporary(cause)) return undefined;
    const place = `process ${server.pid} at 127.0.0.1:${server.port}`;
    throw new Error(`The server that ${cluster.dir}/postmaster.pid names (${place}) refused to be used: ${cause}`, {
      cause,
    });
  }
  return {
    async leave() {
      await client.query(`SELECT pg_advisory_unlock_shared(${LOCK})`);
      return holds(client, `pg_try_advisory_lock(${LOCK})`);
    },
    run: (sql) => client.query(sql),
    gone,
    close: () => client.end().catch(() => undefined),
  };
}

async function holds(client: pg.Client, call: string): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(`SELECT ${call} AS held`);
  return rows[0]?.held === true;
}

/**
 * True for a refusal, by a server or without one, that a later attempt may not meet. A wrong
 * password is not temporary.
 */
function isTemporary(error: unknown): boolean {
  const code = codeOf(error);
  // Driver errors without a code mean that the connection broke or timed out.
  if (code === undefined) return true;
  return /^(57P0\d|08\d{3}|ECONN[A-Z]+|EPIPE|ETIMEDOUT)$/.test(code);
}
