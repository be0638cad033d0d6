/**
 * A pool of connections to Postgres. Each serves one user at a time; further users wait.
 *
 * Where one connection is silent, the idle ones are given up with it, because the cause has usually
 * cut all of them. The next user gets a new connection instead of waiting for a dead one.
 */
import pg from 'pg';
import { Connection, type DatabaseUrl, urlNow } from './connection.ts';
import type { SessionSetting } from './session-settings.ts';

export interface Pool {
  readonly connections: pg.Pool;
  /** See Connection. */
  hurry(): void;
  /** Stops the pings. The pool's user ends the connections. */
  stop(): void;
}

export interface PoolOptions {
  readonly url: DatabaseUrl;
  readonly poolSize: number;
  readonly waitMs: number;
  readonly settings: readonly SessionSetting[];
  /** Receives the SQLSTATE of every statement that the server refused. */
  readonly onRefused: (sqlState: string) => void;
}

const IDLE_TIMEOUT_MS = 60_000;
/**
 * Idle connections are pinged at this interval, so that no user finds a dead one by waiting for it.
 */
const PING_MS = 5_000;
/** How long a silent connection is waited for during a shutdown. */
const HURRY_MS = 2_000;

export function openPool({ url, poolSize, waitMs, settings, onRefused }: PoolOptions): Pool {
  const all = new Set<Connection>();
  const resting = new Set<Connection>();
  let isHurried = false;

  async function welcome(connection: pg.ClientBase): Promise<void> {
    if (!(connection instanceof Connection)) throw new Error('the pool makes connections of one kind');
    // The server may end a connection after the pool has released it and before Prisma listens to
    // it. An 'error' event without a listener ends the process.
    connection.on('error', () => undefined);
    connection.on('end', () => all.delete(connection) && resting.delete(connection));
    all.add(connection);
    connection.onSilent = () => {
      for (const each of resting) each.abandon(0);
    };
    connection.onRefused = onRefused;
    if (isHurried) connection.hurry(HURRY_MS);
    // Handles messages that came with the greeting first: the server may have withdrawn the
    // connection already.
    await Promise.resolve();
    await connection.introduce(settings);
  }

  class PlacedConnection extends Connection {
    constructor(config: pg.ClientConfig = {}) {
      super({ ...config, connectionString: urlNow(url) });
    }
  }

  const connections = new pg.Pool({
    application_name: 'brim',
    max: poolSize,
    connectionTimeoutMillis: waitMs,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    Client: PlacedConnection,
    onConnect: welcome,
  });
  // A server ends idle connections as well. An 'error' event without a listener ends the process.
  connections.on('error', () => undefined);
  connections.on('acquire', (connection) => void (connection instanceof Connection && resting.delete(connection)));
  connections.on(
    'release',
    (_, connection) => void (connection instanceof Connection && all.has(connection) && resting.add(connection)),
  );
  const pinging = setInterval(() => {
    for (const connection of resting) connection.ping();
  }, PING_MS);
  pinging.unref();
  return {
    connections,
    stop: () => clearInterval(pinging),
    hurry() {
      isHurried = true;
      for (const connection of all) connection.hurry(HURRY_MS);
    },
  };
}
