import type { StatementValue } from '../../database/statement-values.ts';
import type { Statements } from '../../database/statements.ts';

/** What reads the tables for the writer: a transaction, or statements outside of one. */
export interface Reader {
  $queryRawUnsafe<Rows>(text: string, ...values: readonly StatementValue[]): Promise<Rows>;
}

/** Reads what is committed, each statement for itself. */
export function outsideTransactions({ read }: Pick<Statements, 'read'>): Reader {
  return {
    $queryRawUnsafe: async <Rows>(text: string, ...values: readonly StatementValue[]) => (await read(text, values)) as Rows,
  };
}
