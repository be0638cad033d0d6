/** A transaction of the test's that holds a row until it lets go of it. */
import { expect } from 'vitest';
import { openSql } from './witness.ts';

export interface RowHolder {
  /** The one backend that waits for the row. Throws where none does. */
  blocked(): Promise<number | undefined>;
  letGo(): Promise<void>;
}

/** @param lock a statement that locks the row. */
export async function holdRow(url: string, lock: string): Promise<RowHolder> {
  const [holder, witness] = await Promise.all([openSql(url), openSql(url)]);
  const [own] = await holder.rows<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  await holder.rows('BEGIN');
  await holder.rows(lock);
  return {
    async blocked() {
      const found = await witness.rows<{ pid: number }>(
        'SELECT pid FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))',
        [own?.pid],
      );
      expect(found).toHaveLength(1);
      return found[0]?.pid;
    },
    async letGo() {
      await holder.rows('ROLLBACK');
      await Promise.all([holder.close(), witness.close()]);
    },
  };
}

/** Holds a customer's account: a use of it takes a transaction then. */
export function holdAccount(url: string, customerId: string): Promise<RowHolder> {
  return holdRow(url, `SELECT FROM account WHERE customer_id = '${customerId}' FOR NO KEY UPDATE`);
}
