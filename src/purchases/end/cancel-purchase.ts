/**
 * The verb cancelPurchase: chooses between cancel-pending.ts, end-purchase.ts and schedule-end.ts.
 */
import { z } from 'zod';
import { readAfterCommit } from '../../values/after-commit.ts';
import { PurchaseNotFoundError, refuseInput, UnavailableError } from '../../values/errors.ts';
import * as schemas from '../../values/input.ts';
import { statusAfter } from '../model/transitions.ts';
import type { Purchase } from '../model/types.ts';
import { type CancelPendingDeps, cancelPending } from './cancel-pending.ts';
import { type EndPurchaseDeps, endPurchase } from './end-purchase.ts';
import { cancelRecurring, isRecurring, type RecurringEndDeps } from './recurring.ts';
import { scheduleEnd } from './schedule-end.ts';

export const CANCEL_TIMES = ['NOW', 'PERIOD_END'] as const;

/** The statuses that a caller may have seen when it decided to cancel. */
export const CANCELED_STATUSES = ['PENDING', 'ACTIVE'] as const;

export interface EndingDeps extends EndPurchaseDeps {
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
}

export type CancelDeps = EndingDeps & CancelPendingDeps & RecurringEndDeps;

const cancelInput = z.object({
  purchaseId: schemas.id,
  when: z.enum(CANCEL_TIMES),
  ifStatus: z.enum(CANCELED_STATUSES).nullish(),
  /** The audit log keeps it. */
  reason: schemas.text(500).nullish(),
});
const MAX_TURNS = 5;

/**
 * Cancels a purchase.
 *
 * An ACTIVE or PAST_DUE one ends now or with its period. What it includes, or was paid for the
 * period, is voided, or expires then; what was bought once stays, and the free plan of its group
 * comes back. A recurring one is not charged any more. A PENDING one has no period: its page is
 * closed at once. If the customer has paid by then, the purchase becomes ACTIVE instead.
 *
 * Canceling twice is canceling once, except that a second cancel ends a purchase that became ACTIVE
 * instead. With `ifStatus` nothing is canceled unless the purchase has that status or is CANCELED
 * already, so the same request can be sent again safely.
 * @throws PurchaseNotFoundError, InvalidInputError; UnavailableError where the payment provider
 * cannot be reached; the retryable errors of `Ledger.post`; AnswerIncompleteError where it was
 * canceled and cannot be read.
 */
export async function cancelPurchase(deps: CancelDeps, input: unknown): Promise<Purchase> {
  const { purchaseId, when, ifStatus } = schemas.readInput(cancelInput, input);
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const purchase = await deps.find(purchaseId);
    if (!purchase) throw new PurchaseNotFoundError(purchaseId);
    if (purchase.status === 'CANCELED' || (when === 'PERIOD_END' && purchase.endsAt)) return purchase;
    if (ifStatus && purchase.status !== ifStatus) refuseOther(purchase, ifStatus);
    if (purchase.status === 'PENDING') {
      const closed = await cancelPending(deps, purchase);
      if (ifStatus === 'PENDING' && closed.status === 'ACTIVE') refuseOther(closed, ifStatus);
      return closed;
    }
    if (statusAfter(purchase.status, 'end') === undefined)
      refuseInput(['purchaseId'], `is ${purchase.status}: only a PENDING, an ACTIVE or a PAST_DUE purchase can be canceled`);
    if (isRecurring(purchase)) return cancelRecurring(deps, purchase, when);
    // Otherwise another cancel, a replacement or a boundary was faster: look again.
    if (when === 'NOW' ? await endPurchase(deps, purchase, { reason: 'canceled' }) : await scheduleEnd(deps, purchase))
      return readAfterCommit({ purchaseId }, async () => (await deps.find(purchaseId)) ?? purchase);
  }
  throw new UnavailableError('Other changes of this purchase keep coming in. Nothing was done: try again in a moment.');
}

function refuseOther({ status, settledAt, total }: Purchase, ifStatus: string): never {
  const since = status === 'ACTIVE' && settledAt && total ? ` since ${settledAt.toISOString()}, when it was paid` : '';
  refuseInput(['ifStatus'], `is ${ifStatus}, and the purchase is ${status}${since}: it was not canceled`);
}
