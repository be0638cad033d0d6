/** The table payment: payments whose money is there. */
import type { Transaction } from '../../database/database.ts';
import { formatDecimal } from '../../values/decimal.ts';
import type { Payment } from '../model/payments.ts';
import { insertPayments } from './payments.ts';

/**
 * Records payments as SUCCEEDED: inserts the new ones, and changes those that were recorded before
 * their money came. One that SUCCEEDED already stays as it is.
 */
export async function settlePayments(transaction: Transaction, payments: readonly Payment[]): Promise<void> {
  const inserted = await insertPayments(transaction, payments);
  for (const payment of payments) {
    if (inserted.has(payment.id)) continue;
    const { id, amount, chargeId, invoiceId, receiptUrl, invoiceUrl, settledAt, paymentAccount, paymentLive } = payment;
    const { periodStart, periodEnd } = payment;
    await transaction.$executeRaw`
      UPDATE payment SET status = 'SUCCEEDED', amount = ${formatDecimal(amount.amount)}::numeric, failure_code = NULL,
        failure_reason = NULL, charge_id = coalesce(${chargeId}, charge_id), invoice_id = coalesce(${invoiceId}, invoice_id),
        receipt_url = coalesce(${receiptUrl}, receipt_url), invoice_url = coalesce(${invoiceUrl}, invoice_url),
        payment_account = coalesce(${paymentAccount}, payment_account), payment_live = coalesce(${paymentLive}, payment_live),
        period_start = coalesce(${periodStart}, period_start), period_end = coalesce(${periodEnd}, period_end),
        next_check_at = NULL, settled_at = ${settledAt}
      WHERE id = ${id} AND status <> 'SUCCEEDED'`;
  }
}

/**
 * Which of these payments cannot be recorded, because another payment has their charge or invoice.
 * @returns their ids.
 */
export async function findTaken(transaction: Transaction, payments: readonly Payment[]): Promise<ReadonlySet<string>> {
  const named = payments.filter(({ chargeId, invoiceId }) => chargeId !== null || invoiceId !== null);
  if (named.length === 0) return new Set();
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    SELECT wanted.id FROM unnest(${named.map(({ id }) => id)}::text[], ${named.map(({ chargeId }) => chargeId)}::text[],
      ${named.map(({ invoiceId }) => invoiceId)}::text[]) AS wanted (id, charge_id, invoice_id)
    WHERE EXISTS (SELECT 1 FROM payment p WHERE p.id <> wanted.id AND p.charge_id = wanted.charge_id)
      OR EXISTS (SELECT 1 FROM payment p WHERE p.id <> wanted.id AND p.invoice_id = wanted.invoice_id)`;
  return new Set(rows.map(({ id }) => id));
}
