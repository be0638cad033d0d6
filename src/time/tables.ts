/** The table test_clock. */
import { setTimeout } from 'node:timers/promises';
import type { Database, Transaction } from '../database/database.ts';

type Client = Database['client'];

/** The longest advance, and the longest that another advance waits for its turn. */
const LONGEST_ADVANCE_MS = 3_600_000;
const POOL_WAIT_MS = 5_000;
const PAUSE_MS = 50;

export async function readOffsetMs(client: Client): Promise<number> {
  return Number((await client.testClock.findUniqueOrThrow({ where: { id: 1 } })).offsetMs);
}

/** Raises the offset, never lowers it. @returns the offset after it. */
export async function raiseOffsetMs(client: Client, offsetMs: number): Promise<number> {
  const [row] = await client.$queryRaw<{ offsetMs: bigint }[]>`
    UPDATE test_clock SET offset_ms = greatest(offset_ms, ${BigInt(offsetMs)}) WHERE id = 1 RETURNING offset_ms AS "offsetMs"`;
  return row ? Number(row.offsetMs) : readOffsetMs(client);
}

/**
 * Takes the lock or returns false. Callers retry, because an advance takes longer than a statement
 * may wait.
 */
async function takeTurn(transaction: Transaction): Promise<boolean> {
  const [row] = await transaction.$queryRaw<{ taken: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(hashtext('brim test clock')) AS taken`;
  return row?.taken === true;
}

/**
 * Lets one process at a time move the clock. A process that dies loses its turn. This transaction
 * writes nothing and only holds the lock: each step of an advance is committed by itself. The
 * session's usual timeouts are raised, because they would end an advance in the middle.
 */
export async function holdClock<Result>(client: Client, work: () => Promise<Result>): Promise<Result> {
  return client.$transaction(
    async (transaction) => {
      await transaction.$executeRaw`
        SELECT set_config(name, ${String(LONGEST_ADVANCE_MS)}, true)
        FROM unnest(ARRAY['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout']) AS name`;
      while (!(await takeTurn(transaction))) await setTimeout(PAUSE_MS);
      return work();
    },
    { maxWait: POOL_WAIT_MS, timeout: LONGEST_ADVANCE_MS },
  );
}
