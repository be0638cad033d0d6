/**
 * What changes of a payment's refunds and disputes, because the provider has them now. Pure.
 *
 * A row is found by the provider's id, or by the refund of ours that the provider names. Nothing is
 * ever removed: a refund that failed and a dispute that was won stay, and count for nothing.
 */
import type { Ids } from '../../values/ids.ts';
import type { Dispute, Refund } from '../model/payments.ts';
import type { ProviderDispute, ProviderRefund, ProviderReturns } from '../model/provider-returns.ts';

export interface Returns {
  readonly refunds: readonly Refund[];
  readonly disputes: readonly Dispute[];
}

/** One refund or dispute that is new or changed, as it is now. */
export type Change = { readonly refund: Refund } | { readonly dispute: Dispute };

export interface LearningDeps {
  readonly ids: Ids;
  readonly now: Date;
}

/** @returns the changes, the oldest refund or dispute first; none where Brim knows all of it. */
export function learn(
  paymentId: string,
  known: Returns,
  seen: Pick<ProviderReturns, 'refunds' | 'disputes'>,
  deps: LearningDeps,
): readonly Change[] {
  const refunds = seen.refunds.flatMap((each) => {
    const before = known.refunds.find(
      (row) => row.providerId === each.id || (row.providerId === null && row.id === each.refundId),
    );
    const after = before ? nextRefund(before, each) : newRefund(paymentId, each, deps);
    return before && isSameRefund(before, after) ? [] : [{ at: after.createdAt, change: { refund: after } }];
  });
  const disputes = seen.disputes.flatMap((each) => {
    const before = known.disputes.find((row) => row.providerId === each.id);
    const after = before ? nextDispute(before, each, deps) : newDispute(paymentId, each, deps);
    return before && isSameDispute(before, after) ? [] : [{ at: after.openedAt, change: { dispute: after } }];
  });
  return [...refunds, ...disputes].sort((one, other) => one.at.getTime() - other.at.getTime()).map(({ change }) => change);
}

/** The rows after a change. */
export function changed({ refunds, disputes }: Returns, change: Change): Returns {
  const put = <Row extends { readonly id: string }>(rows: readonly Row[], row: Row) => [
    ...rows.filter(({ id }) => id !== row.id),
    row,
  ];
  return 'refund' in change
    ? { refunds: put(refunds, change.refund), disputes }
    : { refunds, disputes: put(disputes, change.dispute) };
}

function newRefund(paymentId: string, seen: ProviderRefund, { ids }: LearningDeps): Refund {
  const { id: providerId, status, amount, reason, failureReason, createdAt } = seen;
  const own = { id: ids.next('refund'), paymentId, idempotencyKey: null, fingerprint: null };
  return { ...own, providerId, status, amount, reason, failureReason, createdAt };
}

function nextRefund(before: Refund, { id: providerId, status, amount, failureReason }: ProviderRefund): Refund {
  return { ...before, providerId, status, amount, failureReason };
}

function isSameRefund(one: Refund, other: Refund): boolean {
  return (
    one.providerId === other.providerId &&
    one.status === other.status &&
    one.amount.amount === other.amount.amount &&
    one.failureReason === other.failureReason
  );
}

function newDispute(paymentId: string, seen: ProviderDispute, { ids, now }: LearningDeps): Dispute {
  const { id: providerId, status, amount, withdrawn, reason, openedAt } = seen;
  const closedAt = status === 'OPEN' ? null : now;
  return { id: ids.next('dispute'), paymentId, providerId, status, amount, withdrawn, reason, openedAt, closedAt };
}

/** The provider does not say when a dispute was closed: it is when Brim first sees it closed. */
function nextDispute(before: Dispute, seen: ProviderDispute, { now }: LearningDeps): Dispute {
  const { status, amount, withdrawn, reason } = seen;
  return { ...before, status, amount, withdrawn, reason, closedAt: status === 'OPEN' ? null : (before.closedAt ?? now) };
}

function isSameDispute(one: Dispute, other: Dispute): boolean {
  return (
    one.status === other.status &&
    one.amount.amount === other.amount.amount &&
    one.withdrawn.amount === other.withdrawn.amount &&
    one.reason === other.reason
  );
}
