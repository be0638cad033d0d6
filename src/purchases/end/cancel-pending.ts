import { type Database, writing } from '../../database/database.ts';
import { refuseInput } from '../../values/errors.ts';
import { PURCHASE_TRANSITIONS } from '../model/transitions.ts';
import type { Purchase } from '../model/types.ts';
import { askProvider } from '../reconcile/ask-provider.ts';
import { readAfterStep } from '../reconcile/read-after-step.ts';
import type { Reconciliation } from '../reconcile/reconcile.ts';
import { cancelUnpaid } from '../tables/ends.ts';

/** Giving a purchase up that is not paid yet: the provider closes its page first, so that no payment can come any more. */
export interface CancelPendingDeps {
  readonly database: Database;
  readonly reconciliation: Pick<Reconciliation, 'refresh' | 'close'>;
  readonly clock: { now(): Date };
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
}

/**
 * @returns the purchase, CANCELED, or EXPIRED where that alone could be recorded; also where the provider does not have its page any more; or as it has become where the customer or
 * another caller was faster.
 * @throws InvalidInputError where a delayed payment is under way; UnavailableError where the provider cannot be reached; UnfinishedError
 * where its page is closed, perhaps, and that could not be recorded.
 */
export async function cancelPending(
  { database, reconciliation, clock, find }: CancelPendingDeps,
  purchase: Purchase,
): Promise<Purchase> {
  const closed = await askProvider('app', purchase, () => reconciliation.close(purchase));
  if (closed.status === 'PENDING') refuseProcessing();
  if (closed.status !== 'EXPIRED') return closed;
  const endedAt = clock.now();
  // It has ended either way, and nobody can pay any more: EXPIRED is true of it, too.
  const isNamed = await writing(() => cancelUnpaid(database.client, closed.id, endedAt)).catch(() => false);
  const known = isNamed
    ? ({ ...closed, status: PURCHASE_TRANSITIONS.cancelUnpaid[closed.status], revision: closed.revision + 1, endedAt } as const)
    : closed;
  return readAfterStep(find, known, true);
}

function refuseProcessing(): never {
  refuseInput(['purchaseId'], 'is being paid, and the payment can no longer be stopped: it settles when the money is there');
}
