/**
 * Cancels an unpaid purchase: the provider closes its page first, so that no payment can arrive any
 * more.
 */
import { type Database, writing } from '../../database/database.ts';
import { refuseInput } from '../../values/errors.ts';
import { isUnsettled } from '../model/settles.ts';
import { PURCHASE_TRANSITIONS } from '../model/transitions.ts';
import type { Purchase } from '../model/types.ts';
import { askProvider } from '../reconcile/ask-provider.ts';
import { readAfterStep } from '../reconcile/read-after-step.ts';
import type { Reconciliation } from '../reconcile/reconcile.ts';
import { cancelUnpaid } from '../tables/ends.ts';

export interface CancelPendingDeps {
  readonly database: Database;
  readonly reconciliation: Pick<Reconciliation, 'refresh' | 'close'>;
  readonly clock: { now(): Date };
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
}

/**
 * @returns the purchase CANCELED; EXPIRED where its page is closed and CANCELED could not be
 * recorded; or ACTIVE where the customer paid first.
 * @throws InvalidInputError where a delayed payment is processing; UnavailableError where the
 * provider cannot be reached; UnfinishedError where the page may be closed and that could not be
 * recorded.
 */
export async function cancelPending(
  { database, reconciliation, clock, find }: CancelPendingDeps,
  purchase: Purchase,
): Promise<Purchase> {
  const closed = await askProvider('app', purchase, () => reconciliation.close(purchase));
  if (closed.status === 'PENDING') refuseProcessing(closed);
  if (closed.status !== 'EXPIRED') return closed;
  const endedAt = clock.now();
  // The purchase has ended in either case and can no longer be paid, so EXPIRED is a true answer,
  // too.
  const isNamed = await writing(() => cancelUnpaid(database.client, closed.id, endedAt)).catch(() => false);
  const known = isNamed
    ? ({ ...closed, status: PURCHASE_TRANSITIONS.cancelUnpaid[closed.status], revision: closed.revision + 1, endedAt } as const)
    : closed;
  return readAfterStep(find, known, true);
}

function refuseProcessing(purchase: Purchase): never {
  if (isUnsettled(purchase))
    refuseInput(['purchaseId'], 'was paid, and the payment does not settle it: acceptPayment or refundPurchase ends it');
  refuseInput(['purchaseId'], 'is being paid, and the payment can no longer be stopped: it settles when the money is there');
}
