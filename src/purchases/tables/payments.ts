/** The table payment: its columns, how payments are added, and how they are read. */
import type { Database, Transaction } from '../../database/database.ts';
import { rowsByKey } from '../../database/loader.ts';
import type { CustomerPage } from '../../values/customer-page.ts';
import { decimal, formatDecimal } from '../../values/decimal.ts';
import type { Payment, PaymentStatus } from '../model/payments.ts';
import { findPages } from './pages.ts';

type Reader = Database['client'] | Transaction;

interface PaymentRow extends Omit<Payment, 'amount'> {
  readonly amount: string;
  readonly currency: string;
}

const COLUMNS = `p.id, p.purchase_id AS "purchaseId", p.customer_id AS "customerId", p.source::text, p.attempt, p.status::text,
  p.amount::text, p.currency, p.failure_code AS "failureCode", p.failure_reason AS "failureReason", p.charge_id AS "chargeId",
  p.invoice_id AS "invoiceId", p.receipt_url AS "receiptUrl", p.invoice_url AS "invoiceUrl", p.fraud_warning AS "fraudWarning",
  p.period_start AS "periodStart", p.period_end AS "periodEnd", p.payment_account AS "paymentAccount",
  p.payment_live AS "paymentLive", p.revision, p.created_at AS "createdAt", p.settled_at AS "settledAt"`;

function toPayment({ amount, currency, ...row }: PaymentRow): Payment {
  return { ...row, amount: { amount: decimal(amount), currency } };
}

/**
 * Inserts payments, except those whose id, charge or invoice is there already. @returns the ids of
 * the inserted ones.
 * @param nextCheckAt when the reconciler asks about those that are PENDING.
 */
export async function insertPayments(
  reader: Reader,
  payments: readonly Payment[],
  nextCheckAt: Date | null = null,
): Promise<ReadonlySet<string>> {
  if (payments.length === 0) return new Set();
  const rows = payments.map(({ amount: { amount, currency }, status, ...payment }) => ({
    ...payment,
    status,
    amount: formatDecimal(amount),
    currency,
    nextCheckAt: status === 'PENDING' ? nextCheckAt : null,
  }));
  const written = await reader.$queryRaw<{ id: string }[]>`
    INSERT INTO payment (id, purchase_id, customer_id, source, attempt, status, amount, currency, failure_code, failure_reason,
      charge_id, invoice_id, receipt_url, invoice_url, fraud_warning, period_start, period_end, payment_account, payment_live,
      next_check_at, created_at, settled_at)
    SELECT id, "purchaseId", "customerId", source, attempt, status, amount, currency, "failureCode", "failureReason",
      "chargeId", "invoiceId", "receiptUrl", "invoiceUrl", "fraudWarning", "periodStart", "periodEnd", "paymentAccount",
      "paymentLive", "nextCheckAt", "createdAt", "settledAt"
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS new (
      id text, "purchaseId" text, "customerId" text, source "PaymentSource", attempt int, status "PaymentStatus",
      amount numeric, currency text, "failureCode" text, "failureReason" text, "chargeId" text, "invoiceId" text,
      "receiptUrl" text, "invoiceUrl" text, "fraudWarning" text, "periodStart" timestamptz, "periodEnd" timestamptz,
      "paymentAccount" text, "paymentLive" boolean, "nextCheckAt" timestamptz, "createdAt" timestamptz, "settledAt" timestamptz)
    ORDER BY id
    ON CONFLICT DO NOTHING RETURNING id`;
  return new Set(written.map((row) => row.id));
}

/** @param rest the conditions on the payment `p`, and what follows them. */
export async function findPaymentsWhere(
  reader: Reader,
  rest: string,
  ...parameters: readonly unknown[]
): Promise<readonly Payment[]> {
  const rows = await reader.$queryRawUnsafe<PaymentRow[]>(`SELECT ${COLUMNS} FROM payment p WHERE ${rest}`, ...parameters);
  return rows.map(toPayment);
}

export async function findPayments(reader: Reader, ids: readonly string[]): Promise<readonly Payment[]> {
  return findPaymentsWhere(reader, 'p.id = ANY($1::text[])', ids);
}

/** The payment of the provider's charge, or of its invoice; null where there is none. */
export async function findPaymentOf(
  reader: Reader,
  { chargeId = null, invoiceId = null }: { readonly chargeId?: string | null; readonly invoiceId?: string | null },
): Promise<Payment | null> {
  const [found] = await findPaymentsWhere(reader, 'p.charge_id = $1 OR p.invoice_id = $2 LIMIT 1', chargeId, invoiceId);
  return found ?? null;
}

/** The newest payments that a purchase shows. One that is renewed for years has more. */
export const PAYMENTS_OF_A_PURCHASE = 100;

/** The newest payments of each purchase, the newest first. */
export async function findPaymentsOfPurchases(
  reader: Reader,
  purchaseIds: readonly string[],
): Promise<readonly (readonly Payment[])[]> {
  const rows = await reader.$queryRawUnsafe<PaymentRow[]>(
    `SELECT p.* FROM unnest($1::text[]) AS wanted (purchase_id)
     CROSS JOIN LATERAL (
       SELECT ${COLUMNS} FROM payment p WHERE p.purchase_id = wanted.purchase_id
       ORDER BY p.created_at DESC, p.id DESC LIMIT ${PAYMENTS_OF_A_PURCHASE}
     ) p`,
    [...new Set(purchaseIds)],
  );
  return rowsByKey(
    purchaseIds,
    (id) => id,
    rows.map(toPayment),
    (payment) => payment.purchaseId,
  );
}

export const PAYMENTS = { name: 'payment', statusType: 'PaymentStatus', columns: COLUMNS } as const;

export async function findPaymentPages(
  reader: Reader,
  pages: readonly CustomerPage<PaymentStatus>[],
): Promise<readonly (readonly Payment[])[]> {
  return (await findPages<PaymentRow>(reader, PAYMENTS, pages)).map((rows) => rows.map(toPayment));
}
