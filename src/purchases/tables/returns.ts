/** The tables refund and dispute: how they are read. */
import type { Database, Transaction } from '../../database/database.ts';
import { rowsByKey } from '../../database/loader.ts';
import { decimal } from '../../values/decimal.ts';
import type { Dispute, Refund } from '../model/payments.ts';

type Reader = Database['client'] | Transaction;

interface RefundRow extends Omit<Refund, 'amount'> {
  readonly amount: string;
  readonly currency: string;
}

interface DisputeRow extends Omit<Dispute, 'amount' | 'withdrawn'> {
  readonly amount: string;
  readonly withdrawn: string;
  readonly currency: string;
}

const REFUND_COLUMNS = `r.id, r.payment_id AS "paymentId", r.provider_id AS "providerId", r.status::text, r.amount::text, r.currency,
  r.reason, r.failure_reason AS "failureReason", r.idempotency_key AS "idempotencyKey", r.fingerprint, r.created_at AS "createdAt"`;

const DISPUTE_COLUMNS = `d.id, d.payment_id AS "paymentId", d.provider_id AS "providerId", d.status::text, d.amount::text,
  d.withdrawn::text, d.currency, d.reason, d.opened_at AS "openedAt", d.closed_at AS "closedAt"`;

function toRefund({ amount, currency, ...row }: RefundRow): Refund {
  return { ...row, amount: { amount: decimal(amount), currency } };
}

function toDispute({ amount, withdrawn, currency, ...row }: DisputeRow): Dispute {
  return { ...row, amount: { amount: decimal(amount), currency }, withdrawn: { amount: decimal(withdrawn), currency } };
}

export async function findRefunds(reader: Reader, ids: readonly string[]): Promise<readonly Refund[]> {
  const rows = await reader.$queryRawUnsafe<RefundRow[]>(
    `SELECT ${REFUND_COLUMNS} FROM refund r WHERE r.id = ANY($1::text[])`,
    ids,
  );
  return rows.map(toRefund);
}

export async function findDisputes(reader: Reader, ids: readonly string[]): Promise<readonly Dispute[]> {
  const rows = await reader.$queryRawUnsafe<DisputeRow[]>(
    `SELECT ${DISPUTE_COLUMNS} FROM dispute d WHERE d.id = ANY($1::text[])`,
    ids,
  );
  return rows.map(toDispute);
}

/** The refunds of each payment, the oldest first. */
export async function findRefundsOfPayments(
  reader: Reader,
  paymentIds: readonly string[],
): Promise<readonly (readonly Refund[])[]> {
  const rows = await reader.$queryRawUnsafe<RefundRow[]>(
    `SELECT ${REFUND_COLUMNS} FROM refund r WHERE r.payment_id = ANY($1::text[]) ORDER BY r.created_at, r.id`,
    [...new Set(paymentIds)],
  );
  return rowsByKey(
    paymentIds,
    (id) => id,
    rows.map(toRefund),
    (refund) => refund.paymentId,
  );
}

/** The disputes of each payment, the oldest first. */
export async function findDisputesOfPayments(
  reader: Reader,
  paymentIds: readonly string[],
): Promise<readonly (readonly Dispute[])[]> {
  const rows = await reader.$queryRawUnsafe<DisputeRow[]>(
    `SELECT ${DISPUTE_COLUMNS} FROM dispute d WHERE d.payment_id = ANY($1::text[]) ORDER BY d.opened_at, d.id`,
    [...new Set(paymentIds)],
  );
  return rowsByKey(
    paymentIds,
    (id) => id,
    rows.map(toDispute),
    (dispute) => dispute.paymentId,
  );
}
