import { type Database, reading } from '../../database/database.ts';
import { IdempotencyConflictError } from '../../values/errors.ts';
import type { Purchase } from '../model/types.ts';
import * as store from '../tables/purchases.ts';

/** By what an attach is known again. */
export interface Identity {
  readonly key: string | null;
  readonly fingerprint: string;
}

/** The purchase of an earlier attach with this key, if there is one. @throws IdempotencyConflictError where it had another input. */
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
