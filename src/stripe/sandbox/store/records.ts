/** The sandbox's state in Postgres, as one transaction reads and writes it. */
import type { Database, Transaction } from '../../../database/database.ts';
import { type EventRecords, eventRecords } from './event-records.ts';
import { type KeyRecords, keyRecords } from './key-records.ts';
import { type ObjectRecords, objectRecords } from './object-records.ts';
import { SANDBOX_LOCK, SANDBOX_TABLES } from './tables.ts';

export interface Records extends ObjectRecords, EventRecords, KeyRecords {
  /** Runs `work`. If it throws, its writes are undone and the transaction can go on. */
  attempt<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Makes the tables where they are missing. Several processes may do so at once. */
export async function createSandboxTables(database: Database): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${SANDBOX_LOCK}::bigint)`;
    for (const statement of SANDBOX_TABLES) await transaction.$executeRawUnsafe(statement);
  });
}

export function sandboxRecords(transaction: Transaction): Records {
  return {
    ...objectRecords(transaction),
    ...eventRecords(transaction),
    ...keyRecords(transaction),
    async attempt(work) {
      await transaction.$executeRaw`SAVEPOINT sandbox_call`;
      try {
        return await work();
      } catch (error) {
        await transaction.$executeRaw`ROLLBACK TO SAVEPOINT sandbox_call`;
        throw error;
      }
    },
  };
}
