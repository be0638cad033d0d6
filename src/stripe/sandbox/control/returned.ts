/** Money that goes back: refunds in the Dashboard, disputes and warnings of banks. */
import type Stripe from 'stripe';
import type { Act } from '../acts/act.ts';
import { chargeOfIntent, namedCharge } from '../acts/charges.ts';
import { closeDispute, type DisputeEnd, type DisputeOrder, escalate, openDispute, withdraw } from '../acts/disputes.ts';
import { warnOfFraud } from '../acts/fraud-warnings.ts';
import { completeRefund, failRefund, type RefundOrder, refundCharge } from '../acts/refunds.ts';
import type { Transact } from './transact.ts';

/** Amounts are in minor units. Each rejects where the object is missing or does not allow it. */
export interface ReturnControl {
  readonly charges: {
    /** Refunds a payment intent's charge, as in the Dashboard: without metadata. */
    refund(intentId: string, order?: Partial<RefundOrder>): Promise<Stripe.Refund>;
  };
  readonly refunds: {
    /** A refund that is pending arrives. */
    succeed(refundId: string): Promise<Stripe.Refund>;
    /** A refund, pending or succeeded, comes back. */
    fail(refundId: string): Promise<Stripe.Refund>;
  };
  readonly disputes: {
    /** A bank disputes a payment intent's charge; it takes the money, unless it only inquires. */
    open(intentId: string, order?: DisputeOrder): Promise<Stripe.Dispute>;
    /** The bank takes the money of a dispute that was opened without. */
    withdraw(disputeId: string): Promise<Stripe.Dispute>;
    /** An inquiry becomes a dispute, and the bank takes the money. */
    escalate(disputeId: string): Promise<Stripe.Dispute>;
    /** @param reinstated what comes back of one that was won; left out: all that was taken. */
    close(disputeId: string, end: DisputeEnd, order?: { readonly reinstated?: number | undefined }): Promise<Stripe.Dispute>;
  };
  /** The bank of a payment intent's charge warns that it is fraud. */
  warnOfFraud(intentId: string): Promise<Stripe.Radar.EarlyFraudWarning>;
}

export function returnControl(transact: Transact): ReturnControl {
  const onDispute = (disputeId: string, work: (act: Act, dispute: Stripe.Dispute) => Promise<Stripe.Dispute>) =>
    transact(async (act) => work(act, await lockedDispute(act, disputeId)));
  return {
    charges: {
      refund: (intentId, order = {}) =>
        transact(async (act) => refundCharge(act, await chargeOfIntent(act, intentId), { metadata: {}, ...order })),
    },
    refunds: {
      succeed: (refundId) =>
        transact(async (act) => completeRefund(act, (await lockedRefund(act, refundId, ['pending'])).refund)),
      fail: (refundId) =>
        transact(async (act) => {
          const { refund, charge } = await lockedRefund(act, refundId, ['pending', 'succeeded']);
          return failRefund(act, refund, charge);
        }),
    },
    disputes: {
      open: (intentId, order = {}) => transact(async (act) => openDispute(act, await chargeOfIntent(act, intentId), order)),
      withdraw: (disputeId) => onDispute(disputeId, withdraw),
      escalate: (disputeId) => onDispute(disputeId, escalate),
      close: (disputeId, end, { reinstated } = {}) =>
        onDispute(disputeId, (act, dispute) => closeDispute(act, dispute, end, reinstated)),
    },
    warnOfFraud: (intentId) => transact(async (act) => warnOfFraud(act, await chargeOfIntent(act, intentId))),
  };
}

async function lockedDispute({ records }: Act, disputeId: string): Promise<Stripe.Dispute> {
  const dispute = await records.lock('dispute', disputeId);
  if (dispute === undefined) throw new Error(`There is no dispute "${disputeId}" in the sandbox.`);
  return dispute;
}

/** A charge's row is locked before those of its refunds, everywhere. */
async function lockedRefund(act: Act, refundId: string, from: readonly string[]) {
  const found = await act.records.find('refund', refundId);
  if (typeof found?.charge !== 'string') throw new Error(`There is no refund "${refundId}" in the sandbox.`);
  const charge = await namedCharge(act, found.charge);
  const refund = await act.records.lock('refund', refundId);
  if (!from.includes(refund?.status ?? '') || refund === undefined)
    throw new Error(`The refund "${refundId}" is ${refund?.status}, not ${from.join(' or ')}.`);
  return { refund, charge };
}
