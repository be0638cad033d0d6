/**
 * Turns Stripe's refunds, disputes and early fraud warnings into what purchases know of them. Pure.
 *
 * Only the balance transactions of a dispute say what money moved: an inquiry has none, a dispute
 * that took money has one, and once it is given back a second one.
 */
import type Stripe from 'stripe';
import type { DisputeStatus, RefundStatus } from '../purchases/model/payments.ts';
import type { ProviderDispute, ProviderRefund } from '../purchases/model/provider-returns.ts';
import { smaller } from '../values/decimal.ts';
import type { Money } from '../values/money.ts';
import { installationOf } from './checkout.ts';
import { fromStripeMinor } from './wire/minor-units.ts';
import { fromUnixSeconds } from './wire/unix-seconds.ts';

/** A status that is not here, such as one of a newer version, is not final. */
const REFUND_STATUS: Readonly<Record<string, RefundStatus>> = {
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  canceled: 'FAILED',
};

/** An inquiry that was closed, and a dispute that was prevented, moved no money. */
const DISPUTE_STATUS: Readonly<Record<string, DisputeStatus>> = {
  won: 'WON',
  warning_closed: 'WON',
  prevented: 'WON',
  lost: 'LOST',
};

/** @param installationId this Brim: a refund that names another one was made elsewhere. */
export function toRefund(refund: Stripe.Refund, installationId: string): ProviderRefund {
  const isOwn = installationOf(refund) === installationId;
  return {
    id: refund.id,
    refundId: isOwn ? (refund.metadata?.['brim_refund_id'] ?? null) : null,
    status: REFUND_STATUS[refund.status ?? ''] ?? 'PENDING',
    amount: fromStripeMinor(refund.amount, refund.currency),
    reason: refund.reason,
    failureReason: refund.failure_reason ?? null,
    createdAt: fromUnixSeconds(refund.created),
  };
}

/** @param paid what was paid by the charge: a dispute in another currency counts as all of it. */
export function toDispute(dispute: Stripe.Dispute, paid: Money): ProviderDispute {
  const isSameCurrency = dispute.currency === paid.currency;
  const amount = isSameCurrency ? fromStripeMinor(dispute.amount, dispute.currency) : paid;
  return {
    id: dispute.id,
    status: DISPUTE_STATUS[dispute.status] ?? 'OPEN',
    amount,
    withdrawn: withdrawnOf(dispute, amount),
    reason: dispute.reason,
    openedAt: fromUnixSeconds(dispute.created),
  };
}

/**
 * What the bank holds now. Balance transactions may be in the account's own currency: then they
 * say only whether money is gone, and it is the amount of the dispute.
 */
function withdrawnOf({ balance_transactions: moves, currency }: Stripe.Dispute, amount: Money): Money {
  const gone = -moves.reduce((sum, move) => sum + move.amount, 0);
  if (gone <= 0) return { ...amount, amount: 0n };
  const isExact = amount.currency === currency && moves.every((move) => move.currency === currency);
  return isExact ? { ...amount, amount: smaller(fromStripeMinor(gone, currency).amount, amount.amount) } : amount;
}

/** The newest warning in words, such as "made with stolen card"; null where there is none. */
export function toFraudWarning(warnings: readonly Stripe.Radar.EarlyFraudWarning[]): string | null {
  const [newest] = [...warnings].sort((one, other) => other.created - one.created);
  return newest ? newest.fraud_type.replaceAll('_', ' ') : null;
}

/** Why Stripe blocked the newest blocked charge, such as "blocked: highest risk level". */
export function toBlocked(charges: readonly Stripe.Charge[]): string | null {
  const blocked = charges.filter(({ outcome }) => outcome?.type === 'blocked');
  const [newest] = blocked.sort((one, other) => other.created - one.created);
  if (!newest) return null;
  const reason = newest.outcome?.reason ?? newest.outcome?.risk_level ?? 'a rule of Radar';
  return `blocked: ${reason.replaceAll('_', ' ')}`;
}
