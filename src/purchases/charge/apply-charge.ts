/**
 * Makes a purchase and its payment agree with a charge, as the provider has it: a charge that
 * succeeded activates the purchase, one that failed is made sure never to succeed, and is FAILED.
 */
import { writing } from '../../database/database.ts';
import type { Payment } from '../model/payments.ts';
import { MissingAtProviderError } from '../model/provider.ts';
import type { FailedCharge, MethodCharge } from '../model/provider-charges.ts';
import { mismatchOf } from '../model/settles.ts';
import { isActivatable } from '../model/transitions.ts';
import type { Purchase } from '../model/types.ts';
import type { Paid } from '../reconcile/activate-paid.ts';
import type { ReconciliationDeps } from '../reconcile/apply-checkout.ts';
import { paidBy, settle } from '../reconcile/settle.ts';
import { failCharge, findRecordedCharge, noteProcessing, type RecordedCharge } from '../tables/charges.ts';
import { settlePayments } from '../tables/settle-payments.ts';

export interface ApplyChargeDeps extends ReconciliationDeps {
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
}

export async function applyCharge(deps: ApplyChargeDeps, recorded: RecordedCharge, charge: MethodCharge): Promise<void> {
  const { state } = charge;
  switch (state.status) {
    case 'succeeded':
      return succeed(deps, recorded, charge);
    case 'processing':
      return writing(() => deps.database.transaction((transaction) => noteProcessing(transaction, recorded, charge.id)));
    case 'canceled':
      return fail(deps, recorded, charge.id, state);
    case 'failed': {
      if (recorded.payment.status === 'FAILED') return;
      const ended = await deps.provider.cancelCharge(charge.id);
      // What it failed with says more than that it is canceled.
      return ended.state.status === 'canceled' ? fail(deps, recorded, charge.id, state) : applyCharge(deps, recorded, ended);
    }
  }
}

/** Ends a charge that was never made, or that the provider refused to make. */
export function giveUp(deps: ApplyChargeDeps, recorded: RecordedCharge, why: Pick<FailedCharge, 'code' | 'reason'>) {
  return fail(deps, recorded, null, { ...why, needsAnotherMethod: false });
}

export async function fail(
  { database, log, provider }: ApplyChargeDeps,
  recorded: RecordedCharge,
  chargeId: string | null,
  failure: Omit<FailedCharge, 'status'>,
): Promise<void> {
  const { payment, request } = recorded;
  if (payment.status !== 'PENDING') return;
  if (failure.needsAnotherMethod)
    await provider.noteMethodOutcome({ customerId: payment.customerId, methodId: request.methodId, failed: true });
  const isNew = await writing(() => database.transaction((transaction) => failCharge(transaction, recorded, chargeId, failure)));
  const facts = { paymentId: payment.id, purchaseId: payment.purchaseId, chargeId, code: failure.code };
  if (isNew) log.info(facts, 'purchases: a saved payment method was not charged');
}

async function succeed(deps: ApplyChargeDeps, recorded: RecordedCharge, charge: MethodCharge): Promise<void> {
  const { payment, request } = recorded;
  const purchase = await deps.find(payment.purchaseId);
  if (payment.status === 'SUCCEEDED' || !purchase) return;
  const now = deps.clock.now();
  const { id: chargeId, amount, receiptUrl, openedIn } = charge;
  const succeeded: Payment = {
    ...payment,
    status: 'SUCCEEDED',
    ...{ failureCode: null, failureReason: null, chargeId, amount, receiptUrl, settledAt: now },
    ...{ paymentAccount: openedIn.account, paymentLive: openedIn.live },
  };
  const paid: Paid = { charged: amount, payment: succeeded };
  const asked = { purchaseId: charge.purchaseId, subtotal: amount, discount: { ...amount, amount: 0n }, total: amount };
  const other = isActivatable(purchase) ? await paidOnPage(deps, purchase) : null;
  if (isActivatable(purchase)) await settle(deps, purchase, paid, mismatchOf(purchase, asked));
  await deps.provider.noteMethodOutcome({ customerId: payment.customerId, methodId: request.methodId, failed: false });
  const after = await findRecordedCharge(deps.database.client, payment.id);
  // The purchase was paid otherwise first, or its page was paid as well.
  if (after?.payment.status !== 'SUCCEEDED') await recordSecond(deps, paid);
  if (other) await recordSecond(deps, other);
}

/**
 * Closes the page of a purchase whose charge succeeded after the page was opened, so that the
 * customer pays once. @returns what was paid there, where the customer was faster.
 */
async function paidOnPage(deps: ApplyChargeDeps, purchase: Purchase): Promise<Paid | null> {
  if (purchase.checkoutId === null || purchase.checkoutUrl === null) return null;
  try {
    const page = await deps.provider.expireCheckout(purchase.checkoutId);
    return page.state.status === 'paid' ? await paidBy(deps, purchase, page) : null;
  } catch (error) {
    if (error instanceof MissingAtProviderError) return null;
    throw error;
  }
}

/** Records a payment that nothing more is given for, so that it can be given back. */
async function recordSecond({ database, log }: ApplyChargeDeps, { payment }: Paid): Promise<void> {
  if (!payment) return;
  await writing(() => database.transaction((transaction) => settlePayments(transaction, [payment])));
  const { id: paymentId, purchaseId, chargeId } = payment;
  log.error({ paymentId, purchaseId, chargeId }, 'purchases: paid twice: give one back');
}
