/**
 * Raw statements on the connections of the pool, outside of transactions. Each is prepared once for
 * each connection, and has the connection's deadlines: a read that runs or waits for longer than
 * six seconds is canceled, and a connection that stays silent is given up.
 *
 * Prisma costs about half a millisecond of this process for each statement, and these cost a tenth.
 * What may be given and what comes back: statement-values.ts.
 */
import type pg from 'pg';
import { Connection } from './connection.ts';
import { notDone, notRead, perhapsDone } from './statement-errors.ts';
import type { StatementNames } from './statement-names.ts';
import { STATEMENT_TYPES, type StatementValue, toParameter } from './statement-values.ts';

export interface Statements {
  /**
   * Runs a statement that only reads. Its text has $1, $2 … for the values.
   * @throws UnreadableError, or OverloadedError where no connection was free.
   */
  read<Row>(text: string, values?: readonly StatementValue[]): Promise<readonly Row[]>;
  /**
   * Runs a statement that writes, and returns what its RETURNING or SELECT says. It is committed
   * when this resolves. What the server refused was not done.
   * @throws UnavailableError or OverloadedError where nothing was done; OutcomeUnknownError where
   * the connection was lost after it was sent; the server's error where the statement is wrong.
   */
  write<Row>(text: string, values?: readonly StatementValue[]): Promise<readonly Row[]>;
}

export function openStatements(pool: pg.Pool, nameOf: StatementNames): Statements {
  async function run<Row>(
    text: string,
    values: readonly StatementValue[],
    failed: { readonly toConnect: ErrorOf; readonly toRun: ErrorOf },
  ): Promise<readonly Row[]> {
    const connection = await pool.connect().catch((error: unknown) => {
      throw failed.toConnect(error);
    });
    try {
      const canceled = cancelsOf(connection);
      const name = nameOf(text);
      const { rows } = await connection.query({ name, text, values: values.map(toParameter), types: STATEMENT_TYPES });
      // A cancel that was late may be on its way to it, and would end what is asked next.
      connection.release(cancelsOf(connection) > canceled);
      return rows;
    } catch (error) {
      // The pool makes a new one: this one may be lost, or a cancel may be on its way to it.
      connection.release(true);
      throw failed.toRun(error);
    }
  }
  return {
    read: (text, values = []) => run(text, values, { toConnect: notRead, toRun: notRead }),
    write: (text, values = []) => run(text, values, { toConnect: notDone, toRun: perhapsDone }),
  };
}

const cancelsOf = (connection: pg.PoolClient): number => (connection instanceof Connection ? connection.cancels : 0);

type ErrorOf = (error: unknown) => unknown;
