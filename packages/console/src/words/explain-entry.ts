/**
 * Says in a sentence why a ledger entry was made: what happened, what was asked, and what of money
 * or use stands behind it.
 */
import type { EntryRowFragment } from '../documents/generated/graphql.ts';
import { amountText, isBelowZero, isZero, sizeText } from './amount-text.ts';
import { grantText } from './grant-text.ts';
import { moneyText } from './money-text.ts';

/** What happened, without a full stop. */
export function explainEntry(entry: EntryRowFragment): string {
  const { kind, amount, purchase, payment, remainingBefore, remainingAfter, held } = entry;
  const size = sizeText(amount);
  switch (kind) {
    case 'GRANT':
      if (!purchase) return `${size} given by hand`;
      return `${size} from ${purchase.plan.name}${payment ? `, which ${moneyText(payment.amount)} paid for` : ''}`;
    case 'USAGE':
      return explainUse(entry, 'used');
    case 'REVERSAL':
      return `${size} given back${entry.cause ? ` of the use in entry ${entry.cause.sequence}` : ''}`;
    case 'HOLD':
      return `${sizeText(held)} reserved${forUnits(entry)}`;
    case 'SETTLE':
      return `${explainUse(entry, 'used')}, which settles a hold`;
    case 'RELEASE':
      return `${size} of a hold given back, because it was ${entry.hold?.status === 'EXPIRED' ? 'not ended in time' : 'not used'}`;
    case 'ADJUSTMENT':
      return `Corrected from ${amountText(remainingBefore)} to ${amountText(remainingAfter)}`;
    case 'RESET':
      return `A new period: filled up from ${amountText(remainingBefore)} to ${amountText(remainingAfter)}`;
    case 'ROLLOVER':
      return `${size} carried over into the new period`;
    case 'EXPIRY':
      return `${size} left unused when their time was over`;
    case 'VOID':
      return `${size} ended early`;
    case 'CLAWBACK':
      return `${size} taken back${ofRequested(entry)}, ${explainReturn(entry)}`;
    case 'REINSTATEMENT':
      return `${size} given again, because ${entry.dispute ? 'the dispute was won' : 'the refund failed'}`;
  }
}

function explainUse(entry: EntryRowFragment, verb: string): string {
  const { amount, applied, requested, units, cause } = entry;
  if (units !== null && cause) return `${sizeText(amount)} paid for ${amountText(units)} of ${cause.feature.name}`;
  const used = applied ?? amount.replace('-', '');
  if (requested === null || requested === used) return `${sizeText(used)} ${verb}`;
  return `${sizeText(used)} ${verb} of ${amountText(requested)} that were asked for`;
}

function forUnits({ units, cause }: EntryRowFragment): string {
  return units !== null && cause ? ` for ${amountText(units)} of ${cause.feature.name}` : '';
}

function ofRequested({ requested, amount }: EntryRowFragment): string {
  return requested === null || requested === amount.replace('-', '') ? '' : ` of ${amountText(requested)}`;
}

function explainReturn({ refund, dispute }: EntryRowFragment): string {
  if (refund) return `because ${moneyText(refund.amount)} went back to the customer`;
  if (dispute) return `because the customer disputes ${moneyText(dispute.amount)}`;
  return 'because money went back';
}

/** "2 from included in Free, 1 from bought with Top-up"; undefined where no grant changed. */
export function explainGrants({ allocations }: EntryRowFragment): string | undefined {
  const parts = allocations
    .filter(({ amount, held, unlimitedUse }) => !(isZero(amount) && isZero(held) && isZero(unlimitedUse)))
    .map(({ amount, held, unlimitedUse, grant }) => {
      if (!isZero(amount))
        return `${sizeText(amount)} ${isBelowZero(amount) ? 'from what was' : 'to what was'} ${grantText(grant)}`;
      if (!isZero(unlimitedUse)) return `${sizeText(unlimitedUse)} without a limit, ${grantText(grant)}`;
      return `${sizeText(held)} reserved of what was ${grantText(grant)}`;
    });
  return parts.length === 0 ? undefined : parts.join(', ').replaceAll('what was the overdraft', 'the overdraft');
}
