/**
 * Makes Brim agree with what the provider says was returned of a payment: records refunds and
 * disputes, takes back what was granted or gives it again, and changes the purchase, all in one
 * transaction.
 */
import { AmountOverflowError } from '../../ledger/model/errors.ts';
import type { Posting } from '../../ledger/model/posting.ts';
import type { PaymentReturnPolicy } from '../../ledger/model/types.ts';
import { plansAfterEnd } from '../grants/auto-enabled-plans.ts';
import { endOfLimits } from '../grants/limits.ts';
import { planOf } from '../grants/plan-of.ts';
import type { ProviderReturns } from '../model/provider-returns.ts';
import type { Purchase } from '../model/types.ts';
import { eventOfReturns } from './all-back.ts';
import { clawbacks } from './clawbacks.ts';
import { type Change, changed, learn, type Returns } from './learned.ts';
import type { PaymentState } from './payment-state.ts';
import { reinstatementOf } from './reinstatement.ts';
import type { ReturnsDeps } from './returns-deps.ts';
import { type RecordedReturns, recordReturnsCall } from './returns-effect.ts';

/**
 * @returns false where the purchase changed since it was read: then nothing was done.
 * @throws the retryable errors of `Ledger.post`.
 */
export async function applyReturns(deps: ReturnsDeps, state: PaymentState, seen: ProviderReturns): Promise<boolean> {
  const { payment, purchase, known, others, granted } = state;
  const changes = learn(payment.id, known, seen, { ids: deps.ids, now: deps.clock.now() });
  const rows = changes.reduce(changed, known);
  const event = eventOfReturns(purchase, [{ payment, ...rows }, ...others]);
  const postings = clawbacks({ payment, granted, known, changes, policy: await policyOf(deps, purchase) });
  const fraudWarning = seen.fraudWarning === payment.fraudWarning ? null : seen.fraudWarning;
  if (changes.length + postings.length === 0 && event === null && fraudWarning === null) return true;
  const recorded = { ...recordedOf(purchase, payment.id, changes), fraudWarning, event: null };
  if (event === 'reinstate') {
    const { postings: ending, ...how } = await reinstatementOf(deps, purchase);
    return post(deps, purchase, { ...recorded, ...how }, [...ending, ...postings]);
  }
  if (event === 'refund') return refundWhole(deps, purchase, { ...recorded, event }, postings);
  return post(deps, purchase, recorded, postings);
}

/** The purchase is REFUNDED. Where it was a base plan, the free plan of its group comes back. */
async function refundWhole(
  deps: ReturnsDeps,
  purchase: Purchase,
  recorded: RecordedReturns,
  postings: readonly Posting[],
): Promise<boolean> {
  if (purchase.status !== 'ACTIVE') return post(deps, purchase, recorded, postings);
  const returning = await plansAfterEnd(deps, purchase);
  const back = [...postings, ...endOfLimits(await planOf(deps, purchase), purchase)];
  try {
    return await post(deps, purchase, recorded, [...back, ...returning.postings], returning.effects);
  } catch (error) {
    if (!(error instanceof AmountOverflowError)) throw error;
    // A balance that is full to its last digit must not keep a purchase from being REFUNDED.
    deps.log.error({ err: error, purchaseId: purchase.id }, 'purchases: refunded, but the free plan could not come back');
    return post(deps, purchase, recorded, back);
  }
}

async function post(
  { ledger, log }: ReturnsDeps,
  { id: purchaseId, customerId }: Purchase,
  recorded: RecordedReturns,
  postings: readonly Posting[],
  effects: Awaited<ReturnType<typeof plansAfterEnd>>['effects'] = [],
): Promise<boolean> {
  const { applied, entries } = await ledger.post({ customerId, effects: [recordReturnsCall(recorded), ...effects], postings });
  if (applied) {
    const { paymentId, event } = recorded;
    log.info({ purchaseId, paymentId, event, entries: entries.length }, 'purchases: what was returned of a payment is recorded');
  }
  return applied;
}

function recordedOf(
  { id: purchaseId, revision }: Purchase,
  paymentId: string,
  changes: readonly Change[],
): Omit<RecordedReturns, 'fraudWarning' | 'event'> & Returns {
  return {
    purchaseId,
    revision,
    paymentId,
    refunds: changes.flatMap((change) => ('refund' in change ? [change.refund] : [])),
    disputes: changes.flatMap((change) => ('dispute' in change ? [change.dispute] : [])),
  };
}

/** What the plan, in the version that was bought, says about units that are spent already. */
async function policyOf(deps: ReturnsDeps, purchase: Purchase): Promise<PaymentReturnPolicy> {
  return (await planOf(deps, purchase)).onPaymentReturned;
}
