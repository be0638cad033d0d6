/**
 * The effect that records what was returned of a payment, in the transaction that takes back what
 * the payment granted.
 *
 * Each change of a payment, a refund or a dispute raises the purchase's revision. So the revision
 * says whether what the caller decided by is still so.
 */
import type { Transaction } from '../../database/database.ts';
import type { Effect } from '../../ledger/effect.ts';
import type { EffectCall } from '../../ledger/model/posting.ts';
import type { Dispute, Refund } from '../model/payments.ts';
import { PURCHASE_TRANSITIONS, statusAfter } from '../model/transitions.ts';
import { endPurchases } from '../tables/ends.ts';
import * as store from '../tables/write-returns.ts';

const RECORD_RETURNS = 'purchases.record_returns';

export interface RecordedReturns {
  readonly purchaseId: string;
  /** The purchase's revision, by which the caller decided. */
  readonly revision: number;
  readonly paymentId: string;
  readonly refunds: readonly Refund[];
  readonly disputes: readonly Dispute[];
  /** Noted on the payment; null: none is known, and what is noted stays. */
  readonly fraudWarning: string | null;
  /** What becomes of the purchase; null: its status stays. */
  readonly event: 'refund' | store.Reinstatement | null;
  /** The purchase that a reinstated base plan replaces. */
  readonly replaces?: string | undefined;
}

/** The call of the effect, for a command's list. */
export function recordReturnsCall(input: RecordedReturns): EffectCall {
  return { name: RECORD_RETURNS, input };
}

/** "done" where the purchase, or the one that it replaces, has changed since the caller read it. */
export const recordReturnsEffect: Effect<RecordedReturns> = {
  name: RECORD_RETURNS,
  async apply(transaction, all, now) {
    const purchases = await store.lockPurchases(
      transaction,
      all.flatMap(({ purchaseId, replaces }) => [purchaseId, ...(replaces === undefined ? [] : [replaces])]),
    );
    const taken = new Set<string>();
    const ready = all.filter(({ purchaseId, revision, replaces = '' }) => {
      const isOpen = replaces === '' || statusAfter(purchases.get(replaces)?.status ?? 'PENDING', 'end') !== undefined;
      if (purchases.get(purchaseId)?.revision !== revision || !isOpen) return false;
      if (taken.has(purchaseId) || taken.has(replaces)) return false;
      for (const id of [purchaseId, replaces]) if (id !== '') taken.add(id);
      return true;
    });
    await write(transaction, ready, now);
    return all.map((each) => (ready.includes(each) ? 'go' : 'done'));
  },
};

async function write(transaction: Transaction, ready: readonly RecordedReturns[], now: Date): Promise<void> {
  const refunds = ready.flatMap((each) => each.refunds);
  const disputes = ready.flatMap((each) => each.disputes);
  await store.writeRefunds(transaction, refunds, now);
  await store.writeDisputes(transaction, disputes, now);
  for (const { paymentId, fraudWarning } of ready)
    if (fraudWarning !== null) await store.writeFraudWarning(transaction, paymentId, fraudWarning);
  const replaced = ready.flatMap(({ replaces }) => replaces ?? []);
  await endPurchases(transaction, replaced, now);
  const idsOf = (wanted: RecordedReturns['event']) =>
    ready.filter(({ event }) => event === wanted).map((each) => each.purchaseId);
  await store.refundPurchases(transaction, idsOf('refund'), now);
  for (const event of ['reinstate', 'reinstateEnded', 'reinstateUnsettled'] as const)
    await store.reinstatePurchases(transaction, idsOf(event), event, PURCHASE_TRANSITIONS[event].REFUNDED);
}
