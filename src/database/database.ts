/**
 * The only way to Postgres: a Prisma client over node-postgres.
 *
 * Decides what an error says about a failed read or write: "nothing was done" only of a write that
 * is known not to have happened. Only this file and the rooms' tables import Prisma.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { DomainError, OutcomeUnknownError, OverloadedError, UnavailableError, UnreadableError } from '../values/errors.ts';
import { BEGIN_MS, type DatabaseUrl } from './connection.ts';
import { openPool } from './connection-pool.ts';
import { failureOf } from './failure.ts';

/** What tables need: the client itself, or one transaction of it. */
export type Transaction = Prisma.TransactionClient;

export interface Database {
  /** For statements that need no transaction. */
  readonly client: PrismaClient;
  /**
   * Runs `work` in one READ COMMITTED transaction.
   * @throws the error of `work` (rolled back); UnavailableError or OverloadedError where the
   * database failed and nothing was done; OutcomeUnknownError where it is unknown whether COMMIT
   * was done.
   */
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  /** For a shutdown: from now on a connection that does not answer is given up after a moment. */
  hurry(): void;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: DatabaseUrl;
  /** The maximum number of connections; further users wait. */
  readonly poolSize?: number;
  /** How long to wait for a free or a new connection. */
  readonly waitMs?: number;
  /** Receives the SQLSTATE of every statement that the server refused. */
  readonly onRefused?: (sqlState: string) => void;
}

/** How long the work of a transaction may take, without its COMMIT. */
const TRANSACTION_TIMEOUT_MS = 8_000;
const POOL_WAIT_MS = 5_000;

/**
 * Statements with varying text (Prisma writes a parameter for each element of a list) must not fill
 * the server's memory.
 */
const MAX_NAMED_STATEMENTS = 200;
const names = new Map<string, string>();

/**
 * A named statement is parsed and planned once for each connection. For the ledger's few long
 * statements that is most of their cost.
 */
function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  if (names.size >= MAX_NAMED_STATEMENTS) return UNNAMED;
  const name = `brim_${names.size}`;
  names.set(sql, name);
  return name;
}

const UNNAMED = '';

export function openDatabase(options: DatabaseOptions): Database {
  const { url, poolSize = 10, waitMs = POOL_WAIT_MS, onRefused = () => undefined } = options;
  const pool = openPool({ url, poolSize, waitMs, onRefused });
  const adapter = new PrismaPg(pool.connections, {
    disposeExternalPool: true,
    onPoolError: () => undefined,
    onConnectionError: () => undefined,
    statementNameGenerator: ({ sql }) => nameOf(sql),
  });
  const client = new PrismaClient({ adapter });
  // The pool and its connections report their own failures before Prisma's maxWait ends. Prisma's
  // timeout for the work sends a ROLLBACK, and a connection that gets one while a statement is
  // pending is given up.
  async function transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    let committing = false;
    const thenCommit = async (open: Transaction): Promise<Result> => {
      const result = await work(open);
      committing = true;
      return result;
    };
    try {
      return await client.$transaction(thenCommit, { maxWait: waitMs + 2 * BEGIN_MS, timeout: TRANSACTION_TIMEOUT_MS });
    } catch (error) {
      throw committing ? failedCommit(error) : notDone(error);
    }
  }
  return {
    client,
    transaction,
    hurry: pool.hurry,
    close() {
      pool.stop();
      return client.$disconnect();
    },
  };
}

/** True where the database, or the connection to it, is away. */
export function isDatabaseAway(error: unknown): boolean {
  const kind = failureOf(error)?.kind;
  return kind === 'lost' || kind === 'unreachable';
}

/** True where other transactions held the locks, or a statement ran too long. */
export function isLockTimeout(error: unknown): boolean {
  const kind = failureOf(error)?.kind;
  return kind === 'busy' || kind === 'slow';
}

/**
 * The error of a write that was not committed: nothing was done.
 * @returns the error itself where it is a refusal, or no failure of the database.
 */
export function notDone(error: unknown): unknown {
  const failure = error instanceof DomainError ? undefined : failureOf(error);
  if (!failure) return error;
  if (failure.kind === 'crowded') return new OverloadedError(undefined, { cause: error });
  return new UnavailableError(`${failure.reason} Nothing was done: try again in a moment.`, { cause: error });
}

/**
 * The error of a write whose last step failed: if the connection was lost then, it was done
 * completely or not at all.
 */
export function perhapsDone(error: unknown): unknown {
  if (error instanceof DomainError || failureOf(error)?.kind !== 'lost') return notDone(error);
  return new OutcomeUnknownError({ cause: error });
}

/**
 * The error of a transaction that failed during COMMIT: only the server's own answer is certain.
 */
export function failedCommit(error: unknown): unknown {
  return failureOf(error) ? perhapsDone(error) : new OutcomeUnknownError({ cause: error });
}

/**
 * Runs a write of one statement or transaction.
 * @throws UnavailableError or OverloadedError where nothing was done; OutcomeUnknownError where it
 * may be done.
 */
export async function writing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw perhapsDone(error);
  }
}

/**
 * Runs a read.
 * @throws UnreadableError, or OverloadedError where no connection was free. Neither says anything
 * about a write.
 */
export async function reading<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw notRead(error);
  }
}

function notRead(error: unknown): unknown {
  const failure = error instanceof DomainError ? undefined : failureOf(error);
  if (!failure) return error;
  if (failure.kind === 'crowded') return new OverloadedError(`${failure.reason} ${TRY_READING_AGAIN}`, { cause: error });
  return new UnreadableError(`${failure.reason} ${TRY_READING_AGAIN}`, { cause: error });
}

const TRY_READING_AGAIN = 'What was asked could not be read: try again in a moment.';
