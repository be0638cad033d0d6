/** The tables refund, dispute, payment and purchase: what was returned of payments is written. */
import type { Database, Transaction } from '../../database/database.ts';
import { formatDecimal } from '../../values/decimal.ts';
import type { Dispute, Refund } from '../model/payments.ts';
import { type PurchaseEvent, statusesBefore } from '../model/transitions.ts';
import type { PurchaseStatus } from '../model/types.ts';

type Reader = Database['client'] | Transaction;

/** When the reconciler first asks about a refund that is PENDING, and about an OPEN dispute. */
const FIRST_CHECK = { refund: '1 minute', dispute: '1 day' };

/** Locks these purchases, in the order of their ids. @returns what is known of those there are. */
export async function lockPurchases(
  transaction: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { readonly revision: number; readonly status: PurchaseStatus }>> {
  const rows = await transaction.$queryRaw<{ id: string; revision: number; status: PurchaseStatus }[]>`
    SELECT id, revision, status::text FROM purchase WHERE id = ANY(${[...new Set(ids)]}::text[]) ORDER BY id FOR UPDATE`;
  return new Map(rows.map(({ id, ...row }) => [id, row]));
}

/** Inserts or changes refunds. */
export async function writeRefunds(reader: Reader, refunds: readonly Refund[], now: Date): Promise<void> {
  if (refunds.length === 0) return;
  const rows = refunds.map(({ amount: { amount, currency }, ...row }) => ({ ...row, amount: formatDecimal(amount), currency }));
  await reader.$executeRaw`
    INSERT INTO refund (id, payment_id, provider_id, status, amount, currency, reason, failure_reason, idempotency_key,
      fingerprint, created_at, next_check_at)
    SELECT id, "paymentId", "providerId", status, amount, currency, reason, "failureReason", "idempotencyKey",
      fingerprint, "createdAt", CASE WHEN status = 'PENDING' THEN ${now}::timestamptz + ${FIRST_CHECK.refund}::interval END
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS new (id text, "paymentId" text, "providerId" text,
      status "RefundStatus", amount numeric, currency text, reason text, "failureReason" text, "idempotencyKey" text,
      fingerprint text, "createdAt" timestamptz)
    ORDER BY id
    ON CONFLICT (id) DO UPDATE SET provider_id = excluded.provider_id, status = excluded.status, amount = excluded.amount,
      failure_reason = excluded.failure_reason, next_check_at = excluded.next_check_at`;
}

/** Inserts or changes disputes. */
export async function writeDisputes(reader: Reader, disputes: readonly Dispute[], now: Date): Promise<void> {
  if (disputes.length === 0) return;
  const rows = disputes.map(({ amount: { amount, currency }, withdrawn, ...row }) => ({
    ...row,
    amount: formatDecimal(amount),
    withdrawn: formatDecimal(withdrawn.amount),
    currency,
  }));
  await reader.$executeRaw`
    INSERT INTO dispute (id, payment_id, provider_id, status, amount, withdrawn, currency, reason, opened_at, closed_at,
      next_check_at)
    SELECT id, "paymentId", "providerId", status, amount, withdrawn, currency, reason, "openedAt", "closedAt",
      CASE WHEN status = 'OPEN' THEN ${now}::timestamptz + ${FIRST_CHECK.dispute}::interval END
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS new (id text, "paymentId" text, "providerId" text,
      status "DisputeStatus", amount numeric, withdrawn numeric, currency text, reason text, "openedAt" timestamptz,
      "closedAt" timestamptz)
    ORDER BY id
    ON CONFLICT (id) DO UPDATE SET status = excluded.status, amount = excluded.amount, withdrawn = excluded.withdrawn,
      reason = excluded.reason, closed_at = excluded.closed_at, next_check_at = excluded.next_check_at`;
}

/** Notes a bank's warning of fraud on a payment. */
export async function writeFraudWarning(reader: Reader, paymentId: string, warning: string): Promise<void> {
  await reader.$executeRaw`
    UPDATE payment SET fraud_warning = ${warning} WHERE id = ${paymentId} AND fraud_warning IS DISTINCT FROM ${warning}`;
}

/** Makes purchases REFUNDED, and keeps what they were. */
export async function refundPurchases(transaction: Transaction, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return;
  await transaction.$executeRaw`
    UPDATE purchase SET status = 'REFUNDED', refunded_from = status, ended_at = coalesce(ended_at, ${now})
    WHERE id = ANY(${ids}::text[]) AND status = ANY(${statusesBefore('refund')}::"PurchaseStatus"[])`;
}

export type Reinstatement = Extract<PurchaseEvent, 'reinstate' | 'reinstateEnded' | 'reinstateUnsettled'>;

/** Makes REFUNDED purchases again what they were, or CANCELED. */
export async function reinstatePurchases(
  transaction: Transaction,
  ids: readonly string[],
  event: Reinstatement,
  status: PurchaseStatus,
): Promise<void> {
  if (ids.length === 0) return;
  await transaction.$executeRaw`
    UPDATE purchase SET status = ${status}::"PurchaseStatus", refunded_from = NULL,
      ended_at = CASE WHEN ${status} = 'CANCELED' THEN ended_at END
    WHERE id = ANY(${ids}::text[]) AND status = ANY(${statusesBefore(event)}::"PurchaseStatus"[])`;
}

/** What a REFUNDED purchase was before; null where it is not REFUNDED. */
export async function findRefundedFrom(reader: Reader, purchaseId: string): Promise<PurchaseStatus | null> {
  const rows = await reader.$queryRaw<{ before: PurchaseStatus | null }[]>`
    SELECT refunded_from::text AS before FROM purchase WHERE id = ${purchaseId}`;
  return rows[0]?.before ?? null;
}

/** Makes a refund FAILED that the provider refused, unless the provider is known to have it. */
export async function failRefund(reader: Reader, id: string, reason: string): Promise<void> {
  await reader.$executeRaw`
    UPDATE refund SET status = 'FAILED', failure_reason = ${reason}, next_check_at = NULL
    WHERE id = ${id} AND status = 'PENDING' AND provider_id IS NULL`;
}
