/**
 * The only way to Postgres: a Prisma client over node-postgres, and raw statements on the same
 * connections. Only this file and the rooms' tables import Prisma.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import type { Log } from '../platform/log.ts';
import type { DatabaseUrl } from './connection.ts';
import { openPool } from './connection-pool.ts';
import { BEGIN_MS } from './deadlines.ts';
import { openReplicaState } from './replica-state.ts';
import { openReports, type Reports } from './reports.ts';
import type { SessionSetting } from './session-settings.ts';
import { failedCommit, notDone } from './statement-errors.ts';
import { openStatementNames } from './statement-names.ts';
import { openStatements, type Statements } from './statements.ts';

export {
  failedCommit,
  isDatabaseAway,
  isLockTimeout,
  notDone,
  perhapsDone,
  reading,
  writing,
} from './statement-errors.ts';

/** What tables need: the client itself, or one transaction of it. */
export type Transaction = Prisma.TransactionClient;

export interface Database {
  /** For statements that need no transaction. */
  readonly client: PrismaClient;
  /** The same without Prisma, where Prisma costs more than the statement. */
  readonly statements: Statements;
  /** What only lists and sums: a replica may answer it. */
  readonly reports: Reports;
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
  readonly settings?: readonly SessionSetting[];
  /** Receives the SQLSTATE of every statement that the server refused. */
  readonly onRefused?: (sqlState: string) => void;
  /** A standby of it, for reports. Left out: there is none. */
  readonly replica?: { readonly url: string; readonly log: Log } | undefined;
}

/** How long the work of a transaction may take, without its COMMIT. */
const TRANSACTION_TIMEOUT_MS = 8_000;
const POOL_WAIT_MS = 5_000;

export function openDatabase(options: DatabaseOptions): Database {
  const { url, poolSize = 10, waitMs = POOL_WAIT_MS, settings = [], onRefused = () => undefined } = options;
  const nameOf = openStatementNames();
  const pool = openPool({ url, poolSize, waitMs, settings, onRefused });
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
  const statements = openStatements(pool.connections, nameOf);
  const replica = options.replica && openReplicaState({ ...options.replica, primary: statements });
  return {
    client,
    statements,
    reports: openReports(statements, replica),
    transaction,
    hurry() {
      pool.hurry();
      replica?.hurry();
    },
    async close() {
      await replica?.close();
      pool.stop();
      await client.$disconnect();
      // Prisma ends the pool only if it was used.
      if (!pool.connections.ending) await pool.connections.end();
    },
  };
}
