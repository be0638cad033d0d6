/** The sandbox's state in Postgres, as one transaction reads and writes it. */
import { createHash } from 'node:crypto';
import type { Database, Transaction } from '../../../database/database.ts';
import { type DeclineRecords, declineRecords } from './decline-records.ts';
import { type EventRecords, eventRecords } from './event-records.ts';
import { type KeyRecords, keyRecords } from './key-records.ts';
import { type ObjectRecords, objectRecords } from './object-records.ts';
import { SANDBOX_LOCK, SANDBOX_TABLES } from './tables.ts';

export interface Records extends ObjectRecords, EventRecords, KeyRecords, DeclineRecords {
  /** Runs `work`. If it throws, its writes are undone and the transaction can go on. */
  attempt<Result>(work: () => Promise<Result>): Promise<Result>;
}

/**
 * Makes the tables where they are missing or older. Several processes may do so at once. Where they
 * are there it only reads, because the statements that make them wait for everybody who uses them.
 */
export async function createSandboxTables(database: Database): Promise<void> {
  const version = createHash('sha256').update(SANDBOX_TABLES.join(';')).digest('hex');
  if ((await tablesVersion(database.client)) === version) return;
  await database.transaction(async (transaction) => {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${SANDBOX_LOCK}::bigint)`;
    if ((await tablesVersion(transaction)) === version) return;
    for (const statement of SANDBOX_TABLES) await transaction.$executeRawUnsafe(statement);
    await transaction.$executeRawUnsafe(`COMMENT ON SCHEMA stripe_sandbox IS '${version}'`);
  });
}

/** The version of the tables that are there, which their schema's comment is. */
async function tablesVersion(reader: Database['client'] | Transaction): Promise<string | null> {
  const [row] = await reader.$queryRaw<{ version: string | null }[]>`
    SELECT obj_description(oid, 'pg_namespace') AS version FROM pg_namespace WHERE nspname = 'stripe_sandbox'`;
  return row?.version ?? null;
}

export function sandboxRecords(transaction: Transaction): Records {
  return {
    ...objectRecords(transaction),
    ...eventRecords(transaction),
    ...keyRecords(transaction),
    ...declineRecords(transaction),
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
