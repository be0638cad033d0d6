/**
 * The table token_revocation. The database sets its timestamps, so that processes with different
 * clocks agree on what is recent.
 */
import type { Database } from '../database/database.ts';

type Reader = Database['client'];

/** Tokens of an older generation are refused. */
export interface Revocation {
  readonly customerId: string;
  readonly generation: number;
  readonly revokedAt: Date;
}

/** Begins the customer's next generation. */
export async function insertRevocation(reader: Reader, customerId: string): Promise<Revocation> {
  const [row] = await reader.$queryRaw<Revocation[]>`
    INSERT INTO token_revocation AS t (customer_id, generation, revoked_at) VALUES (${customerId}, 1, clock_timestamp())
    ON CONFLICT (customer_id) DO UPDATE SET generation = t.generation + 1, revoked_at = clock_timestamp()
    RETURNING customer_id AS "customerId", generation, revoked_at AS "revokedAt"`;
  if (!row) throw new Error('A revocation was written and not returned.');
  return row;
}

/** 0 where nothing was ever revoked. */
export async function findGeneration(reader: Reader, customerId: string): Promise<number> {
  const row = await reader.tokenRevocation.findUnique({ where: { customerId }, select: { generation: true } });
  return row?.generation ?? 0;
}

/** The revocations of the last seconds. */
export async function findRevocations(reader: Reader, seconds: number): Promise<readonly Revocation[]> {
  return reader.$queryRaw<Revocation[]>`
    SELECT customer_id AS "customerId", generation, revoked_at AS "revokedAt" FROM token_revocation
    WHERE revoked_at > clock_timestamp() - make_interval(secs => ${seconds})`;
}
