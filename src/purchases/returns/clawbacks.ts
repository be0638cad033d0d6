/**
 * The postings that take back what a payment granted, or give it again, after its refunds and
 * disputes changed. Pure.
 *
 * Each change is a step of its own, so that its entries name the refund or the dispute. A posting
 * says how much shall be back in all, so a step that is asked for twice is done once.
 */
import type { PostingOf } from '../../ledger/model/posting.ts';
import type { PaymentReturnPolicy } from '../../ledger/model/types.ts';
import type { GrantedByPayment } from '../../ledger/reads.ts';
import { type Decimal, larger } from '../../values/decimal.ts';
import { formatMoney } from '../../values/money.ts';
import type { Payment } from '../model/payments.ts';
import { returnedOf } from '../model/refundable.ts';
import { takenBackOf } from '../model/taken-back.ts';
import { type Change, changed, type Returns } from './learned.ts';

export type Clawback = PostingOf<'clawback'>;

export interface ClawbackInput {
  readonly payment: Pick<Payment, 'id' | 'amount'>;
  /** What the payment granted, and what was asked back of it so far. */
  readonly granted: readonly Pick<GrantedByPayment, 'featureId' | 'granted' | 'total' | 'unlimited'>[];
  readonly known: Returns;
  readonly changes: readonly Change[];
  readonly policy: PaymentReturnPolicy;
}

/** @returns the postings; none where the ledger was asked for the same before. */
export function clawbacks({ payment, granted, known, changes, policy }: ClawbackInput): readonly Clawback[] {
  const postings: Clawback[] = [];
  const asked = new Map(granted.map(({ featureId, total }) => [featureId, total]));
  let rows = known;
  const ask = (change: Change) => {
    const returned = returnedOf(payment, rows.refunds, rows.disputes);
    for (const each of granted) {
      const total = totalOf(each, returned, payment.amount.amount);
      if (total === asked.get(each.featureId)) continue;
      asked.set(each.featureId, total);
      const { featureId } = each;
      postings.push({ verb: 'clawback', featureId, paymentId: payment.id, total, policy, ...causeOf(change) });
    }
  };
  for (const change of changes) {
    rows = changed(rows, change);
    ask(change);
  }
  const newest = newestOf(rows);
  if (newest) ask(newest);
  return postings;
}

/**
 * An unlimited grant cannot be taken in part. It goes with all of the rest, by any total above zero
 * that is not less than what was granted beside it.
 */
function totalOf({ granted, unlimited }: ClawbackInput['granted'][number], returned: Decimal, paid: Decimal): Decimal {
  const total = takenBackOf(granted, { returned, paid });
  return unlimited && paid > 0n && returned >= paid ? larger(total, SMALLEST) : total;
}

const SMALLEST: Decimal = 1n;

function causeOf(change: Change): Pick<Clawback, 'refundId' | 'disputeId' | 'reason'> {
  if ('refund' in change) {
    const { id: refundId, amount, status, reason } = change.refund;
    const words = `refund of ${formatMoney(amount)}${status === 'FAILED' ? ' failed' : ''}`;
    return { refundId, disputeId: null, reason: reason === null ? words : `${words}: ${reason}` };
  }
  const { id: disputeId, amount, status, reason } = change.dispute;
  const words = `dispute of ${formatMoney(amount)}${status === 'OPEN' ? '' : `, ${status.toLowerCase()}`}`;
  return { refundId: null, disputeId, reason: reason === null ? words : `${words}: ${reason}` };
}

/**
 * The newest refund or dispute that is known. It stands for what the ledger was not asked for yet:
 * a refund of which it is not known whether the provider makes it, or a grant that came later.
 */
function newestOf({ refunds, disputes }: Returns): Change | undefined {
  const refund = refunds.at(-1);
  const dispute = disputes.at(-1);
  if (refund && (!dispute || refund.createdAt >= dispute.openedAt)) return { refund };
  return dispute && { dispute };
}
