/** Finds the purchase of an earlier attach with the same idempotency key. */
import { type Database, reading } from '../../database/database.ts';
import { IdempotencyConflictError } from '../../values/errors.ts';
import type { Purchase } from '../model/types.ts';
import * as store from '../tables/purchases.ts';

/** An attach's idempotency key and the fingerprint of its input. */
export interface Identity {
  readonly key: string | null;
  readonly fingerprint: string;
}

/**
 * The purchase of an earlier attach with this key; null where there is none. @throws
 * IdempotencyConflictError where its input was another.
 */
export async function findReplay(
  { database }: { readonly database: Database },
  customerId: string,
  { key, fingerprint }: Identity,
): Promise<Purchase | null> {
  if (key === null) return null;
  const first = await reading(() => store.findByKey(database.client, customerId, key));
  if (first && first.fingerprint !== fingerprint) throw new IdempotencyConflictError(key);
  return first;
}
