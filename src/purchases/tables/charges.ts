/** The tables payment and purchase: charges of saved payment methods. */
import { z } from 'zod';
import type { Database, Transaction } from '../../database/database.ts';
import { decimal } from '../../values/decimal.ts';
import type { Payment } from '../model/payments.ts';
import type { ChargeRequest, FailedCharge } from '../model/provider-charges.ts';
import { statusAfter, statusesBefore } from '../model/transitions.ts';
import { findPaymentsWhere, insertPayments } from './payments.ts';
import { checkoutLines, toJson } from './purchases.ts';

type Reader = Database['client'] | Transaction;

/** A payment with a saved method, and what the provider was asked for it. */
export interface RecordedCharge {
  readonly payment: Payment;
  readonly request: ChargeRequest;
}

const amount = z.string().transform(decimal);
const chargeRequest: z.ZodType<ChargeRequest> = z.object({
  paymentId: z.string(),
  purchaseId: z.string(),
  installationId: z.string(),
  payerId: z.string(),
  methodId: z.string(),
  amount: z.object({ amount, currency: z.string() }),
  description: z.string(),
  metadata: z.record(z.string(), z.string()),
  openedIn: z.object({ account: z.string().nullable(), live: z.boolean() }),
  lines: checkoutLines.optional(),
});

/** Records a PENDING payment of a purchase that is recorded in the same transaction. */
export async function insertCharge(transaction: Transaction, { payment, request }: RecordedCharge): Promise<void> {
  await insertPayments(transaction, [payment]);
  await transaction.$executeRaw`UPDATE payment SET request = ${toJson(request)}::jsonb WHERE id = ${payment.id}`;
}

/** The newest charge of a purchase, whatever came of it; null where no saved method was charged. */
export async function findNewestCharge(reader: Reader, purchaseId: string): Promise<RecordedCharge | null> {
  return withRequest(
    reader,
    await findPaymentsWhere(
      reader,
      `p.purchase_id = $1 AND p.source = 'SAVED_METHOD' ORDER BY p.created_at DESC, p.id DESC LIMIT 1`,
      purchaseId,
    ),
  );
}

/** The charge that a payment records; null where there is none. */
export async function findRecordedCharge(reader: Reader, paymentId: string): Promise<RecordedCharge | null> {
  return withRequest(reader, await findPaymentsWhere(reader, `p.id = $1 AND p.source = 'SAVED_METHOD'`, paymentId));
}

async function withRequest(reader: Reader, [payment]: readonly Payment[]): Promise<RecordedCharge | null> {
  if (!payment) return null;
  const [row] = await reader.$queryRaw<{ request: unknown }[]>`SELECT request FROM payment WHERE id = ${payment.id}`;
  return row?.request == null ? null : { payment, request: chargeRequest.parse(row.request) };
}

/** Says why a purchase still waits for its charge. */
export async function noteWaiting(reader: Reader, { payment }: RecordedCharge, reason: string): Promise<void> {
  await reader.$executeRaw`
    UPDATE purchase p SET failure_reason = ${reason}
    WHERE p.id = ${payment.purchaseId} AND p.status = 'PENDING' AND NOT p.processing AND p.checkout_id IS NULL
      AND EXISTS (SELECT FROM payment x WHERE x.id = ${payment.id} AND x.status = 'PENDING')`;
}

/**
 * The money is on its way, which takes days. The customer can buy the plan again meanwhile. Locks
 * the purchase first, as `failCharge` does.
 */
export async function noteProcessing(
  transaction: Transaction,
  { payment }: RecordedCharge,
  chargeId: string | null,
): Promise<void> {
  await transaction.$executeRaw`
    UPDATE purchase SET processing = true, failure_reason = NULL
    WHERE id = ${payment.purchaseId} AND status = 'PENDING' AND checkout_id IS NULL
      AND EXISTS (SELECT FROM payment x WHERE x.id = ${payment.id} AND x.status = 'PENDING')`;
  await transaction.$executeRaw`UPDATE payment SET charge_id = coalesce(${chargeId}, charge_id) WHERE id = ${payment.id} AND status = 'PENDING'`;
}

/**
 * Makes a charge FAILED. Its purchase stays PENDING and says why, so that the customer can pay on a
 * page; one whose money was on its way for days is FAILED, because another may be open by now.
 */
export async function failCharge(
  transaction: Transaction,
  { payment }: RecordedCharge,
  chargeId: string | null,
  { code, reason }: Pick<FailedCharge, 'code' | 'reason'>,
): Promise<boolean> {
  const { id, purchaseId } = payment;
  const [purchase] = await transaction.$queryRaw<{ processing: boolean }[]>`
    SELECT processing FROM purchase WHERE id = ${purchaseId} FOR UPDATE`;
  const failed = await transaction.$executeRaw`
    UPDATE payment SET status = 'FAILED', failure_code = ${code}, failure_reason = ${reason},
      charge_id = coalesce(${chargeId}, charge_id), next_check_at = NULL
    WHERE id = ${id} AND status = 'PENDING'`;
  if (failed === 0) return false;
  const status = purchase?.processing ? statusAfter('PENDING', 'fail') : 'PENDING';
  await transaction.$executeRaw`
    UPDATE purchase SET status = ${status}::"PurchaseStatus", failure_reason = ${reason}, processing = false,
      next_check_at = CASE WHEN ${status} = 'PENDING' THEN next_check_at END
    WHERE id = ${purchaseId} AND settled_at IS NULL AND status = ANY(${statusesBefore('fail')}::"PurchaseStatus"[])`;
  return true;
}
