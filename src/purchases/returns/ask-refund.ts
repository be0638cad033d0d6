/**
 * Asks the provider to carry out a recorded refund, and records its answer.
 *
 * Where the answer is not known, or does not come in time, the refund stays PENDING: what it takes
 * back is taken, and the webhook or the reconciler finishes it.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { reading, writing } from '../../database/database.ts';
import type { Payment, Refund } from '../model/payments.ts';
import { PaymentProviderError, PaymentRefusedError } from '../model/provider.ts';
import type { ProviderRefund } from '../model/provider-returns.ts';
import { findPayments } from '../tables/payments.ts';
import { failRefund } from '../tables/write-returns.ts';
import { recordAnswers } from './reconcile-payment.ts';
import type { ReturnsDeps } from './returns-deps.ts';

/** How long a caller waits for the provider. */
export const ANSWER_WITHIN_MS = 10_000;

/**
 * - done: the provider has the refund.
 * - unknown: its answer is not known yet.
 * - refused: it will not make it. Nothing is given back.
 */
export type RefundAnswer = { readonly outcome: 'done' | 'unknown' } | { readonly outcome: 'refused'; readonly reason: string };

/**
 * Asks for one refund that is recorded and of which the provider is not known to know.
 * @throws the retryable errors of `Ledger.post`, where the answer could not be recorded.
 */
export async function askRefund(deps: ReturnsDeps, { id, paymentId, amount }: Refund): Promise<RefundAnswer> {
  const [payment] = await reading(() => findPayments(deps.database.client, [paymentId]));
  if (!payment || payment.chargeId === null) throw new Error(`the payment ${paymentId} of a refund has no charge`);
  const request = { refundId: id, purchaseId: payment.purchaseId, chargeId: payment.chargeId, amount };
  const asking = deps.provider.refund(request).then(
    (answer) => answered(deps, payment, answer),
    (error: unknown) => failed(deps, payment, id, error),
  );
  const late = new AbortController();
  const tooLate = wait(ANSWER_WITHIN_MS, 'late' as const, { signal: late.signal, ref: false }).catch(() => 'late' as const);
  const answer = await Promise.race([asking, tooLate]).finally(() => late.abort());
  if (answer !== 'late') return answer;
  asking.catch((error: unknown) => deps.log.warn({ err: error, refundId: id }, 'purchases: the answer to a refund came late'));
  await recordAnswers(deps, paymentId, []);
  return { outcome: 'unknown' };
}

async function answered(deps: ReturnsDeps, payment: Payment, answer: ProviderRefund): Promise<RefundAnswer> {
  await recordAnswers(deps, payment.id, [answer]);
  return { outcome: 'done' };
}

async function failed(deps: ReturnsDeps, payment: Payment, refundId: string, error: unknown): Promise<RefundAnswer> {
  const facts = { err: error, refundId, paymentId: payment.id, purchaseId: payment.purchaseId };
  if (error instanceof PaymentRefusedError) {
    await writing(() => failRefund(deps.database.client, refundId, error.message));
    deps.log.warn(facts, 'purchases: the provider refused a refund');
    // Gives again what another reconciliation took for it in between.
    await recordAnswers(deps, payment.id, []);
    return { outcome: 'refused', reason: error.message };
  }
  if (!(error instanceof PaymentProviderError)) throw error;
  deps.log.warn(facts, 'purchases: it is not known whether a refund was made; it will be asked for again');
  await recordAnswers(deps, payment.id, []);
  return { outcome: 'unknown' };
}
