/**
 * Records a PENDING purchase, unless a unique index forbids it or a customer token began too many
 * within the hour.
 */
import { type Database, type Transaction, writing } from '../../database/database.ts';
import { RateLimitedError } from '../../values/errors.ts';
import type { Purchase } from '../model/types.ts';
import { insertCharge, type RecordedCharge } from '../tables/charges.ts';
import { findBegunBefore, lockPendingCount } from '../tables/pending-count.ts';
import { insertPurchases } from '../tables/purchases.ts';

/**
 * How many purchases a customer token may begin within an hour. Each is a call to the payment
 * provider, whose quota is the app's.
 */
export const MAX_PENDING_PER_HOUR = 30;
const HOUR_MS = 60 * 60_000;
/** How long the reconciler waits for the webhook of a PENDING purchase before it asks. */
const FIRST_CHECK_AFTER_MS = 60_000;
/** Longer than a caller waits for a charge. */
const FIRST_CHECK_OF_CHARGE_MS = 15_000;

/** recorded; taken: a unique index forbids it; refusal: the customer token began too many. */
export type PendingOutcome = 'recorded' | 'taken' | { readonly refusal: RateLimitedError };

/** @param charge of a saved method, which is recorded in the same transaction. */
export async function recordPending(database: Database, wanted: Purchase, charge?: RecordedCharge): Promise<PendingOutcome> {
  const nextCheckAt = new Date(wanted.createdAt.getTime() + (charge ? FIRST_CHECK_OF_CHARGE_MS : FIRST_CHECK_AFTER_MS));
  const insert = async (writer: Database['client'] | Transaction): Promise<PendingOutcome> =>
    (await insertPurchases(writer, [wanted], nextCheckAt)).has(wanted.id) ? 'recorded' : 'taken';
  if (!wanted.byCustomer && !charge) return writing(() => insert(database.client));
  const insertBoth = async (transaction: Transaction): Promise<PendingOutcome> => {
    const outcome = await insert(transaction);
    if (charge && outcome === 'recorded') await insertCharge(transaction, charge);
    return outcome;
  };
  if (!wanted.byCustomer) return writing(() => database.transaction(insertBoth));
  return writing(() =>
    database.transaction(async (transaction) => {
      const { customerId, createdAt } = wanted;
      await lockPendingCount(transaction, customerId);
      const since = new Date(createdAt.getTime() - HOUR_MS);
      const oldest = await findBegunBefore(transaction, customerId, since, MAX_PENDING_PER_HOUR - 1);
      return oldest ? { refusal: tooMany((oldest.getTime() - since.getTime()) / 1_000) } : insertBoth(transaction);
    }),
  );
}

function tooMany(seconds: number): RateLimitedError {
  const words = `This customer began ${MAX_PENDING_PER_HOUR} purchases within an hour, which is the most that a customer token may. Nothing was charged: try again in ${Math.ceil(seconds)} seconds.`;
  return new RateLimitedError(words, seconds);
}
