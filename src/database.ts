/**
 * The one way to Postgres: a Prisma client over node-postgres, its pool, and its timeouts.
 *
 * Owns the connections, and the knowledge of which failures mean "the database is away". Only this file and each
 * part's store.ts know Prisma.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import { OutcomeUnknownError, UnavailableError } from './errors.ts';
import { type Prisma, PrismaClient } from './generated/prisma/client.ts';

/** What a store may use: the client itself, or one transaction of it. */
export type Transaction = Prisma.TransactionClient;

export interface Database {
  /** For statements that need no transaction of their own. */
  readonly client: PrismaClient;
  /**
   * Runs `work` in one READ COMMITTED transaction.
   * @throws what `work` throws (rolled back), or the database's error.
   */
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Connections at the most; the rest wait. */
  readonly poolSize?: number;
}

/** How long a transaction may wait for a row that another holds, before its caller is told to try again. */
const LOCK_TIMEOUT_MS = 4_000;
/** The server ends a transaction whose owner was paused for so long: nobody else waits for it for ever. */
const IDLE_TRANSACTION_TIMEOUT_MS = 8_000;
const TRANSACTION_TIMEOUT_MS = 15_000;
const POOL_WAIT_MS = 5_000;

/** Statements whose text varies (Prisma writes a parameter for each element of a list) must not fill the server's memory. */
const MAX_NAMED_STATEMENTS = 200;
const names = new Map<string, string>();

/** A named statement is parsed and planned once a connection: for the ledger's few and long ones that is most of their cost. */
function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  if (names.size >= MAX_NAMED_STATEMENTS) return UNNAMED;
  const name = `brim_${names.size}`;
  names.set(sql, name);
  return name;
}

const UNNAMED = '';

/**
 * Said once a connection, in the URL because node-postgres lets the URL win. Said to Prisma, the isolation level would be one more
 * round trip a transaction; and the adapter takes whatever offset Postgres prints for UTC, so the session must print UTC.
 */
const SESSION_SETTINGS = '-c default_transaction_isolation=read\\ committed -c TimeZone=UTC';

function withSessionSettings(url: string): string {
  const parsed = new URL(url);
  const given = parsed.searchParams.get('options');
  parsed.searchParams.set('options', given ? `${given} ${SESSION_SETTINGS}` : SESSION_SETTINGS);
  return parsed.href;
}

export function openDatabase({ url, poolSize = 10 }: DatabaseOptions): Database {
  const adapter = new PrismaPg(
    {
      connectionString: withSessionSettings(url),
      max: poolSize,
      connectionTimeoutMillis: POOL_WAIT_MS,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      application_name: 'brim',
      // The server may end a connection after the pool has let go of it and before Prisma listens to it: an error that nobody
      // hears ends the process.
      onConnect: (connection) => void connection.on('error', () => undefined),
      lock_timeout: LOCK_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
      statement_timeout: TRANSACTION_TIMEOUT_MS,
    },
    { onPoolError: () => undefined, onConnectionError: () => undefined, statementNameGenerator: ({ sql }) => nameOf(sql) },
  );
  const client = new PrismaClient({ adapter });
  return {
    client,
    transaction: (work) =>
      client.$transaction(work, {
        maxWait: POOL_WAIT_MS,
        timeout: TRANSACTION_TIMEOUT_MS,
      }),
    close: () => client.$disconnect(),
  };
}

/** Prisma's codes for: unreachable, timed out, closed, no free connection, transaction lost. */
const AWAY_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']);
/** Postgres's classes and codes for: connection exceptions, shutting down, too many connections, read-only standby. */
const AWAY_STATES = /^(08...|57P0[1-5]|53300|25006|25P03)$/;
const AWAY_SYSTEM_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'ENOENT']);
const AWAY_KINDS = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
  'DatabaseDoesNotExist',
]);
const AWAY_WORDS =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Server has closed the connection/;

/** True where the failure is the database's being away, and not the statement's. */
export function isDatabaseAway(error: unknown): boolean {
  for (const cause of causes(error)) {
    const { code, kind, originalCode, message } = cause;
    if (typeof code === 'string' && (AWAY_CODES.has(code) || AWAY_STATES.test(code) || AWAY_SYSTEM_CODES.has(code))) return true;
    if (typeof originalCode === 'string' && AWAY_STATES.test(originalCode)) return true;
    if (typeof kind === 'string' && AWAY_KINDS.has(kind)) return true;
    if (typeof message === 'string' && AWAY_WORDS.test(message)) return true;
  }
  return false;
}

/** A row was not locked in time, two transactions waited for each other, or a statement waited for row after row. */
const LOCK_STATES = new Set(['55P03', '40P01', '57014', 'P2034']);

/** True where others held what was to be locked. */
export function isLockTimeout(error: unknown): boolean {
  for (const { code, originalCode } of causes(error)) {
    if ([code, originalCode].some((state) => typeof state === 'string' && LOCK_STATES.has(state))) return true;
  }
  return false;
}

/** Runs a write of one statement or transaction. @throws OutcomeUnknownError where the database went away: it may be done. */
export async function writing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw isDatabaseAway(error) ? new OutcomeUnknownError({ cause: error }) : error;
  }
}

/** Runs a read. @throws UnavailableError where the database is away. */
export async function reading<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw isDatabaseAway(error) ? new UnavailableError(undefined, { cause: error }) : error;
  }
}

interface Cause {
  readonly code?: unknown;
  readonly kind?: unknown;
  readonly originalCode?: unknown;
  readonly message?: unknown;
}

/** An error, what caused it, and the driver's own account of it, which Prisma keeps under `meta` and `cause`. */
function* causes(error: unknown): Generator<Cause> {
  const seen = new Set<unknown>();
  const queue: unknown[] = [error];
  while (queue.length > 0) {
    const next = queue.pop();
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    yield next;
    if ('cause' in next) queue.push(next.cause);
    if ('meta' in next) queue.push(next.meta);
    if ('driverAdapterError' in next) queue.push(next.driverAdapterError);
    if (next instanceof AggregateError) queue.push(...next.errors);
  }
}
