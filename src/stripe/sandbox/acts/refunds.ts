/** Refunds, and what they change of their charge. The caller has locked the charge. */
import type Stripe from 'stripe';
import { isRefundable } from '../objects/dispute.ts';
import { testMethodOf } from '../objects/payment-method.ts';
import { failedRefund, newRefund, type RefundFacts, succeededRefund } from '../objects/refund.ts';
import { amountText } from '../wire/amount-text.ts';
import { SandboxApiError } from '../wire/api-error.ts';
import type { Act } from './act.ts';
import { settleFraudWarnings } from './fraud-warnings.ts';

export interface RefundOrder extends Omit<RefundFacts, 'amount' | 'status'> {
  /** Left out: all that is left. */
  readonly amount?: number | undefined;
  /** Left out: as the card has it, which mostly succeeds at once. */
  readonly status?: RefundFacts['status'] | undefined;
}

/** @throws SandboxApiError where nothing, or less, is left, or a bank has the money already. */
export async function refundCharge(act: Act, charge: Stripe.Charge, order: RefundOrder): Promise<Stripe.Refund> {
  await requireUndisputed(act, charge);
  const amount = amountToRefund(charge, order.amount);
  const test = await testMethodOfCharge(act, charge);
  const isSlow = test?.refunds === 'pending' || test?.brand === 'bank';
  const refund = newRefund(charge, { ...order, amount, status: order.status ?? (isSlow ? 'pending' : 'succeeded') }, act.now);
  await act.records.put('refund', refund.id, refund);
  const refunded = await changeRefunded(act, charge, amount);
  await act.records.addEvent({ type: 'charge.refunded', object: refunded }, act.now);
  await act.records.addEvent({ type: 'refund.created', object: refund }, act.now);
  if (refunded.refunded) await settleFraudWarnings(act, charge.id);
  if (test?.refunds === 'fail') await failRefund(act, refund, refunded);
  return refund;
}

/** A refund that was pending arrives. */
export async function completeRefund({ records, now }: Act, refund: Stripe.Refund): Promise<Stripe.Refund> {
  const succeeded = succeededRefund(refund);
  await records.put('refund', succeeded.id, succeeded);
  await records.addEvent({ type: 'refund.updated', object: succeeded, previous: { status: refund.status } }, now);
  return succeeded;
}

/** The customer's bank sends the money back, perhaps weeks after the refund succeeded. */
export async function failRefund(act: Act, refund: Stripe.Refund, charge: Stripe.Charge): Promise<Stripe.Refund> {
  const failed = failedRefund(refund);
  await act.records.put('refund', failed.id, failed);
  await changeRefunded(act, charge, -refund.amount);
  const previous = { status: refund.status };
  await act.records.addEvent({ type: 'refund.updated', object: failed, previous }, act.now);
  await act.records.addEvent({ type: 'refund.failed', object: failed, previous }, act.now);
  return failed;
}

async function changeRefunded({ records }: Act, charge: Stripe.Charge, amount: number): Promise<Stripe.Charge> {
  const amountRefunded = charge.amount_refunded + amount;
  const changed = { ...charge, amount_refunded: amountRefunded, refunded: amountRefunded === charge.amount };
  await records.put('charge', changed.id, changed);
  return changed;
}

function amountToRefund(charge: Stripe.Charge, wanted: number | undefined): number {
  const left = charge.amount - charge.amount_refunded;
  if (left <= 0)
    throw new SandboxApiError(`Charge ${charge.id} has already been refunded.`, { status: 400, code: 'charge_already_refunded' });
  if (wanted === undefined || wanted <= left) return wanted ?? left;
  const words = [wanted, left].map((amount) => amountText(amount, charge.currency));
  throw new SandboxApiError(`Refund amount (${words[0]}) is greater than unrefunded amount on charge (${words[1]})`, {
    status: 400,
    param: 'amount',
  });
}

async function requireUndisputed({ records }: Act, charge: Stripe.Charge): Promise<void> {
  if (!charge.disputed) return;
  const disputes = await records.list('dispute', { where: { charge: charge.id }, limit: 100 });
  if (disputes.every(({ status }) => isRefundable(status))) return;
  throw new SandboxApiError(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
    status: 400,
    code: 'charge_disputed',
  });
}

async function testMethodOfCharge({ records }: Act, { payment_method: methodId }: Stripe.Charge) {
  const method = methodId === null ? undefined : await records.find('payment_method', methodId);
  return method === undefined ? undefined : testMethodOf(method);
}
