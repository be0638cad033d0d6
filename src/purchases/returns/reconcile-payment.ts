/**
 * Makes a payment agree with what was returned of it, as the payment provider has it now.
 *
 * The webhook, the reconciler and refundPurchase all use this. It believes none of them and reads
 * the refunds and disputes from the provider, after it has read the purchase's revision. Where the
 * purchase has changed by the time it writes, it reads both again. So events may come in any order
 * and any number of times.
 */
import { UnavailableError } from '../../values/errors.ts';
import { type ProviderRefund, type ProviderReturns, returnedCharge } from '../model/provider-returns.ts';
import { applyReturns } from './apply-returns.ts';
import { type PaymentState, readPaymentState } from './payment-state.ts';
import type { ReturnsDeps } from './returns-deps.ts';

const MAX_TURNS = 5;

/**
 * Reconciles a payment with the provider. One that moved no money, or whose money has not come,
 * stays as it is.
 * @returns the payment as it was before; null where there is none.
 * @throws MissingAtProviderError where the provider does not have the charge; PaymentProviderError
 * where its answer is not known; UnavailableError.
 */
export async function reconcilePayment(deps: ReturnsDeps, paymentId: string): Promise<PaymentState['payment'] | null> {
  return settle(deps, paymentId, async ({ payment }) => {
    const charge = payment.status === 'SUCCEEDED' ? returnedCharge(payment) : undefined;
    return charge && deps.provider.readReturns(charge);
  });
}

/**
 * Records the provider's answers to refunds of this payment; and what the ledger was not asked for
 * yet, such as a refund whose answer is not known. An answer about a refund that was learned of
 * meanwhile is older than what is known, and is left out.
 * @throws UnavailableError; the retryable errors of `Ledger.post`.
 */
export async function recordAnswers(deps: ReturnsDeps, paymentId: string, answers: readonly ProviderRefund[]): Promise<void> {
  await settle(deps, paymentId, async ({ known }) => ({
    refunds: answers.filter(({ refundId }) => known.refunds.some(({ id, providerId }) => id === refundId && providerId === null)),
    disputes: [],
    fraudWarning: null,
  }));
}

async function settle(
  deps: ReturnsDeps,
  paymentId: string,
  see: (state: PaymentState) => Promise<ProviderReturns | undefined>,
): Promise<PaymentState['payment'] | null> {
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const state = await readPaymentState(deps, paymentId);
    if (!state) return null;
    const seen = await see(state);
    if (!seen || (await applyReturns(deps, state, seen))) return state.payment;
  }
  throw new UnavailableError('Other changes of this purchase keep coming in: try again in a moment.');
}
