/**
 * Who uses the server: every Brim that has it open holds an advisory lock in it, shared with the others.
 *
 * PostgreSQL releases the lock at the death of its holder, however it dies. So the last to leave is told that it is
 * the last, and a dead Brim keeps no server alive and needs no pid file. Who is told so holds the lock alone: nobody
 * can join a server that is about to be stopped.
 */
import pg from 'pg';
import { CLUSTER_USER, type Cluster } from './cluster.ts';
import type { RunningServer } from './server.ts';
import { codeOf } from './system-error.ts';

/** The letters BRIM. The lock is taken in the database `postgres`, which every cluster has. */
const LOCK = '0x4252494d';
const CONNECT_TIMEOUT_MS = 10_000;

export interface Membership {
  /** Leaves; true where nobody else is left, and then nobody can join until the server has stopped. */
  leave(): Promise<boolean>;
  /** Runs one statement in the database `postgres`. */
  run(sql: string): Promise<pg.QueryResult>;
  /** Resolves when the connection is gone, by `leave` or by the server's end. */
  readonly gone: Promise<void>;
  /** Closes the connection. */
  close(): Promise<void>;
}

/** Joins the server's users; undefined where it is starting, stopping, or no longer there. */
export async function joinServer(cluster: Cluster, server: RunningServer): Promise<Membership | undefined> {
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
  // Without a listener the end of the server would end this process. What it means is told by `gone`.
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

/** A refusal by a server, or by none, that a later attempt may not meet. A wrong password is not one. */
function isTemporary(error: unknown): boolean {
  const code = codeOf(error);
  // Driver errors without a code say that the connection broke or timed out.
  if (code === undefined) return true;
  return /^(57P0\d|08\d{3}|ECONN[A-Z]+|EPIPE|ETIMEDOUT)$/.test(code);
}
