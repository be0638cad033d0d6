/** The table purchase: its columns, how purchases are added, and how they are read. */
import { z } from 'zod';
import type { Database, Transaction } from '../../database/database.ts';
import type { CustomerPage } from '../../values/customer-page.ts';
import { decimal, formatDecimal } from '../../values/decimal.ts';
import { isStorableText } from '../../values/input.ts';
import { INTERVAL_UNITS } from '../../values/interval.ts';
import type { CheckoutRequest } from '../model/provider.ts';
import type { Purchase, PurchaseStatus } from '../model/types.ts';
import { findPages } from './pages.ts';

type Reader = Database['client'];
interface PurchaseRow {
  readonly id: string;
  readonly customerId: string;
  readonly planId: string;
  readonly planVersion: number;
  readonly status: PurchaseStatus;
  readonly revision: number;
  readonly baseGroup: string | null;
  readonly onlyBought: boolean;
  readonly selfServed: boolean;
  readonly quantities: unknown;
  readonly total: string | null;
  readonly currency: string | null;
  readonly charged: string | null;
  readonly subscriptionId: string | null;
  readonly currentPeriodStart: Date | null;
  readonly currentPeriodEnd: Date | null;
  readonly cancelAtPeriodEnd: boolean;
  readonly canceledAt: Date | null;
  readonly pastDueSince: Date | null;
  readonly graceEndsAt: Date | null;
  readonly checkout: unknown;
  readonly checkoutId: string | null;
  readonly checkoutUrl: string | null;
  readonly processing: boolean;
  readonly successUrl: string | null;
  readonly terms: string | null;
  readonly idempotencyKey: string | null;
  readonly fingerprint: string | null;
  readonly failureReason: string | null;
  readonly byCustomer: boolean;
  readonly automatic: boolean;
  readonly paymentAccount: string | null;
  readonly paymentLive: boolean | null;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
  readonly endsAt: Date | null;
  readonly endedAt: Date | null;
}

const COLUMNS = `p.id, p.customer_id AS "customerId", p.plan_id AS "planId", p.plan_version AS "planVersion", p.status::text, p.revision,
  p.base_group AS "baseGroup", p.only_bought AS "onlyBought", p.self_served AS "selfServed", p.quantities, p.total::text, p.currency, p.checkout,
  p.checkout_id AS "checkoutId", p.checkout_url AS "checkoutUrl", p.processing, p.success_url AS "successUrl", p.terms,
  p.idempotency_key AS "idempotencyKey", p.fingerprint, p.failure_reason AS "failureReason",
  p.by_customer AS "byCustomer", p.automatic, p.payment_account AS "paymentAccount", p.payment_live AS "paymentLive", p.created_at AS "createdAt",
  p.settled_at AS "settledAt", p.ends_at AS "endsAt", p.ended_at AS "endedAt",
  p.charged::text, p.subscription_id AS "subscriptionId", p.current_period_start AS "currentPeriodStart",
  p.current_period_end AS "currentPeriodEnd", p.cancel_at_period_end AS "cancelAtPeriodEnd", p.canceled_at AS "canceledAt",
  p.past_due_since AS "pastDueSince", p.grace_ends_at AS "graceEndsAt"`;

const amount = z.string().transform(decimal);
const money = z.object({ amount, currency: z.string() });
const quantities = z.array(z.object({ featureId: z.string(), included: amount, bought: amount }));
const recurring = z.object({
  interval: z.object({ unit: z.enum(INTERVAL_UNITS), count: z.number() }),
  featureId: z.string().nullable(),
  perUnit: amount,
});
export const checkoutLines = z.array(
  z.object({ description: z.string(), unitAmount: money, units: z.number(), recurring: recurring.optional() }),
);
const checkoutRequest: z.ZodType<CheckoutRequest> = z.object({
  purchaseId: z.string(),
  installationId: z.string().nullable().default(null),
  customerId: z.string(),
  customerName: z.string().nullable(),
  customerEmail: z.string().nullable(),
  lines: checkoutLines,
  returnUrl: z.string(),
  cancelUrl: z.string(),
  wantedCancelUrl: z.string().optional(),
  metadata: z.record(z.string(), z.string()),
  savePaymentMethod: z.boolean().optional(),
  allowPromotionCodes: z.boolean().optional(),
  collectTax: z.boolean().optional(),
});

function toPurchase({ total, charged, currency, ...row }: PurchaseRow): Purchase {
  const inCurrency = (amountText: string | null) =>
    amountText !== null && currency !== null ? { amount: decimal(amountText), currency } : null;
  return {
    ...row,
    quantities: quantities.parse(row.quantities),
    total: inCurrency(total),
    charged: inCurrency(charged),
    checkout: row.checkout === null ? null : checkoutRequest.parse(row.checkout),
  };
}

/** JSON has no BigInt, so amounts are written as text. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? formatDecimal(part) : part));
}

/**
 * Inserts purchases, except those that a unique index forbids: one open checkout of a customer and
 * plan, one ACTIVE base plan of a group, one self-served attach of a plan, one purchase of an
 * idempotency key. None is inserted for a customer who is erased at this moment.
 * @returns the ids of the inserted ones.
 */
export async function insertPurchases(
  transaction: Reader | Transaction,
  purchases: readonly Purchase[],
  nextCheckAt: Date | null,
): Promise<ReadonlySet<string>> {
  const rows = purchases.map(({ total, ...purchase }) => ({
    ...purchase,
    total: total?.amount ?? null,
    currency: total?.currency ?? null,
    nextCheckAt,
  }));
  const written = await transaction.$queryRaw<{ id: string }[]>`
    INSERT INTO purchase (id, customer_id, plan_id, plan_version, status, revision, base_group, only_bought, self_served, quantities, total, currency,
      checkout, success_url, terms, idempotency_key, fingerprint, created_at, settled_at, next_check_at, by_customer, automatic)
    SELECT new.id, "customerId", "planId", "planVersion", status, revision, "baseGroup", "onlyBought", "selfServed", quantities, total, currency,
      nullif(checkout, 'null'::jsonb), "successUrl", terms, "idempotencyKey", fingerprint, new."createdAt", "settledAt", "nextCheckAt",
      "byCustomer", automatic
    FROM json_to_recordset(${toJson(rows)}::json) AS new (
      id text, "customerId" text, "planId" text, "planVersion" int, status "PurchaseStatus", revision int, "baseGroup" text,
      "onlyBought" boolean, "selfServed" boolean, quantities jsonb, total numeric, currency text, checkout jsonb, "successUrl" text, terms text,
      "idempotencyKey" text, fingerprint text, "createdAt" timestamptz, "settledAt" timestamptz, "nextCheckAt" timestamptz,
      "byCustomer" boolean, automatic boolean)
    JOIN customer c ON c.id = "customerId" ORDER BY new.id FOR KEY SHARE OF c
    ON CONFLICT DO NOTHING RETURNING id`;
  return new Set(written.map((row) => row.id));
}

/**
 * Gives an idempotency key to a purchase that has none, unless another purchase of the customer has
 * that key.
 */
export async function adoptKey(
  reader: Reader,
  { id, customerId }: Pick<Purchase, 'id' | 'customerId'>,
  key: string,
  fingerprint: string,
): Promise<void> {
  await reader.$executeRaw`
    UPDATE purchase SET idempotency_key = ${key}, fingerprint = ${fingerprint}
    WHERE id = ${id} AND idempotency_key IS NULL
      AND NOT EXISTS (SELECT 1 FROM purchase other WHERE other.customer_id = ${customerId} AND other.idempotency_key = ${key})`;
}

export async function findPurchases(reader: Reader, ids: readonly string[]): Promise<readonly Purchase[]> {
  return (await reader.$queryRawUnsafe<PurchaseRow[]>(`SELECT ${COLUMNS} FROM purchase p WHERE p.id = ANY($1::text[])`, ids)).map(
    toPurchase,
  );
}

/** null where there is none; an id that no text column can hold names none. */
export async function findPurchase(reader: Reader, id: string): Promise<Purchase | null> {
  return isStorableText(id) ? ((await findPurchases(reader, [id]))[0] ?? null) : null;
}

/** One that meets the condition; null where there is none. */
async function findOne(reader: Reader, condition: string, ...values: readonly string[]): Promise<Purchase | null> {
  const rows = await reader.$queryRawUnsafe<PurchaseRow[]>(
    `SELECT ${COLUMNS} FROM purchase p WHERE ${condition} LIMIT 1`,
    ...values,
  );
  return rows.map(toPurchase)[0] ?? null;
}

/** The open checkout of the same customer and plan. */
export async function findOpenCheckout(
  reader: Reader,
  { customerId, planId }: Pick<Purchase, 'customerId' | 'planId'>,
): Promise<Purchase | null> {
  const condition = "p.customer_id = $1 AND p.plan_id = $2 AND p.status = 'PENDING' AND NOT p.processing";
  return findOne(reader, condition, customerId, planId);
}

/**
 * The purchase by which the customer has a base plan of this group; null where there is none, or
 * the plan stacks.
 */
export async function findActiveBase(
  reader: Reader,
  { customerId, baseGroup }: Pick<Purchase, 'customerId' | 'baseGroup'>,
): Promise<Purchase | null> {
  if (baseGroup === null) return null;
  const condition = "p.customer_id = $1 AND p.base_group = $2 AND p.status IN ('ACTIVE', 'PAST_DUE')";
  return findOne(reader, condition, customerId, baseGroup);
}

/**
 * The newest purchase by which the customer has this plan and is charged for it again, unless it
 * ends with its period; null where there is none.
 */
export async function findRecurring(
  reader: Reader,
  { customerId, planId }: Pick<Purchase, 'customerId' | 'planId'>,
): Promise<Purchase | null> {
  const condition = `p.customer_id = $1 AND p.plan_id = $2 AND p.status IN ('ACTIVE', 'PAST_DUE')
    AND p.subscription_id IS NOT NULL AND NOT p.cancel_at_period_end ORDER BY p.created_at DESC, p.id DESC`;
  return findOne(reader, condition, customerId, planId);
}

export async function findByKey(reader: Reader, customerId: string, key: string): Promise<Purchase | null> {
  return findOne(reader, 'p.customer_id = $1 AND p.idempotency_key = $2', customerId, key);
}

export const PURCHASES = { name: 'purchase', statusType: 'PurchaseStatus', columns: COLUMNS } as const;

export async function findPurchasePages(
  reader: Reader,
  pages: readonly CustomerPage<PurchaseStatus>[],
): Promise<readonly (readonly Purchase[])[]> {
  return (await findPages<PurchaseRow>(reader, PURCHASES, pages)).map((rows) => rows.map(toPurchase));
}
