/**
 * Connections to Postgres, some at once and each for one asker at a time; the rest of the askers wait.
 *
 * Where one of them is silent, those that rest are taken for lost with it, for what cut the one has mostly cut them all: the next asker
 * gets a new one, and does not find that out for itself.
 */
import pg from 'pg';
import { Connection, type DatabaseUrl, urlNow } from './connection.ts';

export interface Pool {
  readonly connections: pg.Pool;
  /** See Connection. */
  hurry(): void;
  /** Asks no more. What is connected is its user's to end. */
  stop(): void;
}

export interface PoolOptions {
  readonly url: DatabaseUrl;
  readonly poolSize: number;
  readonly waitMs: number;
  /** Is told with which SQLSTATE the server refused a statement. */
  readonly onRefused: (sqlState: string) => void;
}

const IDLE_TIMEOUT_MS = 60_000;
/** A connection that rests is asked so often whether it lives, so that nobody finds out by waiting for it. */
const PING_MS = 5_000;
/** How long a silent connection is waited for when Brim stops. */
const HURRY_MS = 2_000;

export function openPool({ url, poolSize, waitMs, onRefused }: PoolOptions): Pool {
  const all = new Set<Connection>();
  const resting = new Set<Connection>();
  let isHurried = false;

  async function welcome(connection: pg.ClientBase): Promise<void> {
    if (!(connection instanceof Connection)) throw new Error('the pool makes connections of one kind');
    // The server may end a connection after the pool has let go of it and before Prisma listens to it: an error that nobody hears
    // ends the process.
    connection.on('error', () => undefined);
    connection.on('end', () => all.delete(connection) && resting.delete(connection));
    all.add(connection);
    connection.onSilent = () => {
      for (const each of resting) each.abandon(0);
    };
    connection.onRefused = onRefused;
    if (isHurried) connection.hurry(HURRY_MS);
    // What came with the greeting is heard first: the server may have taken it back already.
    await Promise.resolve();
    await connection.introduce();
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
