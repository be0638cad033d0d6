/**
 * Money that goes back to the customer: refunds that the app asks for, refunds that are made at the
 * provider, and disputes.
 *
 * What a payment granted is taken back in proportion to what was returned of it, and given again
 * where a refund fails or a dispute is won. The rows of a return and its ledger entries are written
 * in one transaction.
 */
import type { ReturnHint } from '../model/provider-returns.ts';
import type { HintOutcome } from '../reconcile/reconcile.ts';
import { reconcileDueReturns } from './due-returns.ts';
import { noteBlocked } from './note-blocked.ts';
import { reconcilePayment } from './reconcile-payment.ts';
import { type ReconcileReturnedDeps, reconcileReturned } from './reconcile-returned.ts';
import { type RefundDeps, type Refunded, refundPurchase } from './refund-purchase.ts';

export interface PurchaseReturns {
  /** @throws as `refundPurchase` in refund-purchase.ts does. */
  refund(input: unknown): Promise<Refunded>;
  /** Reconciles the payment of a charge that a provider's event names. */
  reconcileReturned(hint: ReturnHint): Promise<HintOutcome>;
  /** Notes why the provider blocked an attempt at a charge that its event names. */
  noteBlocked(hint: ReturnHint): Promise<HintOutcome>;
  /** Makes a payment agree with what the provider says was returned of it. */
  reconcilePayment(paymentId: string): Promise<void>;
  /** Asks about PENDING refunds and OPEN disputes. @returns how many payments it asked about. */
  reconcileDueReturns(): Promise<number>;
}

export function openReturns(deps: RefundDeps & ReconcileReturnedDeps): PurchaseReturns {
  return {
    refund: (input) => refundPurchase(deps, input),
    reconcileReturned: (hint) => reconcileReturned(deps, hint),
    noteBlocked: (hint) => noteBlocked(deps, hint),
    async reconcilePayment(paymentId) {
      await reconcilePayment(deps, paymentId);
    },
    reconcileDueReturns: () => reconcileDueReturns(deps),
  };
}
