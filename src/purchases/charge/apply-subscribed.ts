/**
 * Makes a purchase agree with the subscription that its charge began: its first invoice, once paid,
 * activates the purchase.
 */
import { writing } from '../../database/database.ts';
import type { FailedCharge } from '../model/provider-charges.ts';
import type { Subscription } from '../model/provider-subscriptions.ts';
import { isActivatable } from '../model/transitions.ts';
import { noteProcessing, type RecordedCharge } from '../tables/charges.ts';
import { type ApplyChargeDeps, fail } from './apply-charge.ts';

export interface ApplySubscribedDeps extends ApplyChargeDeps {
  /** Agrees with a subscription as the provider just answered it. */
  readonly followSubscription: (subscription: Subscription) => Promise<void>;
}

export async function applySubscribed(
  deps: ApplySubscribedDeps,
  recorded: RecordedCharge,
  begun: Subscription | FailedCharge,
): Promise<void> {
  if (!('invoices' in begun)) return fail(deps, recorded, null, begun);
  await deps.followSubscription(begun);
  const { payment, request } = recorded;
  const purchase = await deps.find(payment.purchaseId);
  if (!purchase || !isActivatable(purchase)) {
    await deps.provider.noteMethodOutcome({ customerId: payment.customerId, methodId: request.methodId, failed: false });
    return;
  }
  if (begun.status === 'ended') return fail(deps, recorded, null, NOT_PAID);
  // Its first invoice is paid by a bank debit, whose money comes later.
  await writing(() => deps.database.transaction((transaction) => noteProcessing(transaction, recorded, null)));
}

const NOT_PAID = { code: null, reason: 'The first payment did not come.', needsAnotherMethod: false };
