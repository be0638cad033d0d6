/**
 * Disputes: a bank asks about a charge, takes its money, and keeps it or gives it back. The caller
 * has locked the charge or the dispute.
 */
import type Stripe from 'stripe';
import { newMovement } from '../objects/balance-transaction.ts';
import { type DisputeFacts, isRefundable, newDispute, withdrawnOf } from '../objects/dispute.ts';
import type { Act } from './act.ts';
import { settleFraudWarnings } from './fraud-warnings.ts';

export interface DisputeOrder extends Partial<DisputeFacts> {
  /** Whether the bank takes the money; left out: unless it only inquires. */
  readonly withdraw?: boolean | undefined;
}

/** In the minor units of the charge's currency. */
const FEE = 1_500;

export async function openDispute(act: Act, charge: Stripe.Charge, order: DisputeOrder): Promise<Stripe.Dispute> {
  const { amount = charge.amount - charge.amount_refunded, status = 'needs_response', reason = 'fraudulent' } = order;
  const disputed = { ...charge, disputed: true };
  await act.records.put('charge', disputed.id, disputed);
  const dispute = newDispute(charge, { amount, status, reason }, act.now);
  await put(act, dispute, 'charge.dispute.created');
  await settleFraudWarnings(act, charge.id);
  return (order.withdraw ?? !isRefundable(status)) ? withdraw(act, dispute) : dispute;
}

/** The bank takes the money, and Stripe its fee. */
export async function withdraw(act: Act, dispute: Stripe.Dispute): Promise<Stripe.Dispute> {
  const { amount, currency } = dispute;
  const movement = newMovement({ amount: -amount, fee: FEE, currency, description: 'Chargeback', now: act.now });
  return put(
    act,
    { ...dispute, balance_transactions: [...dispute.balance_transactions, movement] },
    'charge.dispute.funds_withdrawn',
  );
}

/** An inquiry becomes a dispute. */
export async function escalate(act: Act, dispute: Stripe.Dispute): Promise<Stripe.Dispute> {
  const escalated: Stripe.Dispute = { ...dispute, status: 'needs_response', is_charge_refundable: false };
  return withdraw(act, await put(act, escalated, 'charge.dispute.updated', { status: dispute.status }));
}

export type DisputeEnd = 'won' | 'lost' | 'warning_closed';

/** @param reinstated what comes back of a dispute that was won; left out: all that was taken. */
export async function closeDispute(
  act: Act,
  dispute: Stripe.Dispute,
  status: DisputeEnd,
  reinstated: number = withdrawnOf(dispute),
): Promise<Stripe.Dispute> {
  const previous = { status: dispute.status };
  const { currency } = dispute;
  const closed: Stripe.Dispute = { ...dispute, status, is_charge_refundable: isRefundable(status) };
  if (status !== 'won' || reinstated <= 0) return put(act, closed, 'charge.dispute.closed', previous);
  const movement = newMovement({ amount: reinstated, currency, description: 'Chargeback reversal', now: act.now });
  const won = { ...closed, balance_transactions: [...closed.balance_transactions, movement] };
  await put(act, won, 'charge.dispute.funds_reinstated', previous);
  return put(act, won, 'charge.dispute.closed', previous);
}

type DisputeEvent = `charge.dispute.${'created' | 'updated' | 'funds_withdrawn' | 'funds_reinstated' | 'closed'}`;

async function put({ records, now }: Act, dispute: Stripe.Dispute, type: DisputeEvent, previous?: { status: string }) {
  await records.put('dispute', dispute.id, dispute);
  await records.addEvent({ type, object: dispute, ...(previous === undefined ? {} : { previous }) }, now);
  return dispute;
}
