/**
 * The table token_revocation. The database sets its timestamps, so that processes with different
 * clocks agree on what is recent.
 */
import { createHash } from 'node:crypto';
import type { Database } from '../../database/database.ts';

type Reader = Database['client'];

/** Tokens of an older generation are refused. */
export interface Revocation {
  readonly customerId: string;
  readonly generation: number;
  readonly revokedAt: Date;
}

/**
 * Stands in place of the id of a customer who was erased, so that its tokens stay refused although
 * the id is kept nowhere. No customer's id has a space.
 */
export function erasedKeyOf(customerId: string): string {
  return `erased ${createHash('sha256').update(customerId).digest('hex')}`;
}

export function isErasedKey(key: string): boolean {
  return key.startsWith('erased ');
}

/** Begins the customer's next generation. */
export async function insertRevocation(reader: Reader, customerId: string): Promise<Revocation> {
  const [row] = await reader.$queryRaw<Revocation[]>`
    INSERT INTO token_revocation AS t (customer_id, generation, revoked_at)
    SELECT ${customerId}, coalesce(max(generation), 0) + 1, clock_timestamp() FROM token_revocation
    WHERE customer_id IN (${customerId}, ${erasedKeyOf(customerId)})
    ON CONFLICT (customer_id) DO UPDATE
      SET generation = greatest(t.generation + 1, excluded.generation), revoked_at = clock_timestamp()
    RETURNING customer_id AS "customerId", generation, revoked_at AS "revokedAt"`;
  if (!row) throw new Error('A revocation was written and not returned.');
  return row;
}

/** 0 where nothing was ever revoked. */
export async function findGeneration(reader: Reader, customerId: string): Promise<number> {
  const known = { customerId: { in: [customerId, erasedKeyOf(customerId)] } };
  const { _max: newest } = await reader.tokenRevocation.aggregate({ where: known, _max: { generation: true } });
  return newest.generation ?? 0;
}

/** The revocations of the last seconds. */
export async function findRevocations(reader: Reader, seconds: number): Promise<readonly Revocation[]> {
  return reader.$queryRaw<Revocation[]>`
    SELECT customer_id AS "customerId", generation, revoked_at AS "revokedAt" FROM token_revocation
    WHERE revoked_at > clock_timestamp() - make_interval(secs => ${seconds})`;
}
