/**
 * The one way to Postgres: a Prisma client over node-postgres.
 *
 * Owns what may be said of a read or a write that failed: "nothing was done" only of a write that is known
 * not to have happened. Only this file and each part's store.ts know Prisma.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { DomainError, OutcomeUnknownError, OverloadedError, UnavailableError, UnreadableError } from '../values/errors.ts';
import { BEGIN_MS, type DatabaseUrl } from './connection.ts';
import { openPool } from './connection-pool.ts';
import { failureOf } from './failure.ts';

/** What a store may use: the client itself, or one transaction of it. */
export type Transaction = Prisma.TransactionClient;

export interface Database {
  /** For statements that need no transaction of their own. */
  readonly client: PrismaClient;
  /**
   * Runs `work` in one READ COMMITTED transaction.
   * @throws what `work` throws (rolled back); UnavailableError or OverloadedError where the database is to blame and nothing was done;
   * OutcomeUnknownError where it is not known whether COMMIT was done.
   */
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  /** Brim is stopping: from now on a connection that does not answer is given up after a moment, so that nobody waits for it. */
  hurry(): void;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: DatabaseUrl;
  /** Connections at the most; the rest wait. */
  readonly poolSize?: number;
  /** How long a free connection, or a new one, is waited for. */
  readonly waitMs?: number;
  /** Is told with which SQLSTATE the server refused a statement. */
  readonly onRefused?: (sqlState: string) => void;
}

/** How long the work of a transaction may take, its COMMIT aside. */
const TRANSACTION_TIMEOUT_MS = 8_000;
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
  // The pool and its connections say what they waited for before Prisma's patience for a start ends. Prisma's deadline for the work ends in
  // a ROLLBACK, and a connection that is asked for one while it owes an answer is given up.
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

/** True where the database is away: it, or the connection to it. */
export function isDatabaseAway(error: unknown): boolean {
  const kind = failureOf(error)?.kind;
  return kind === 'lost' || kind === 'unreachable';
}

/** True where others held what was to be locked, or a statement waited for row after row. */
export function isLockTimeout(error: unknown): boolean {
  const kind = failureOf(error)?.kind;
  return kind === 'busy' || kind === 'slow';
}

/**
 * What may be said of a write that was not committed, whatever went wrong: that nothing was done.
 * @returns the error itself where it is a refusal, or no failure of the database.
 */
export function notDone(error: unknown): unknown {
  const failure = error instanceof DomainError ? undefined : failureOf(error);
  if (!failure) return error;
  if (failure.kind === 'crowded') return new OverloadedError(undefined, { cause: error });
  return new UnavailableError(`${failure.reason} Nothing was done: try again in a moment.`, { cause: error });
}

/** What may be said of a write whose last step failed: where the connection was lost in it, it stands wholly or not at all. */
export function perhapsDone(error: unknown): unknown {
  if (error instanceof DomainError || failureOf(error)?.kind !== 'lost') return notDone(error);
  return new OutcomeUnknownError({ cause: error });
}

/** What may be said of a transaction that failed while it was committed: only what the server says of it is known. */
export function failedCommit(error: unknown): unknown {
  return failureOf(error) ? perhapsDone(error) : new OutcomeUnknownError({ cause: error });
}

/**
 * Runs a write of one statement or transaction.
 * @throws UnavailableError or OverloadedError where it is known that nothing was done; OutcomeUnknownError where it may be done.
 */
export async function writing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw perhapsDone(error);
  }
}

/** Runs a read. @throws UnreadableError, or OverloadedError where no connection was free: neither says anything of a write. */
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
