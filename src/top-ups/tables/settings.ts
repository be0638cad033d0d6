/** The table auto_top_up: what is set, and how it is read. */
import type { Database, Transaction } from '../../database/database.ts';
import { rowsByKey } from '../../database/loader.ts';
import { decimal, formatDecimal } from '../../values/decimal.ts';
import { statusOf } from '../model/status.ts';
import type { AutoTopUp, Setting, Suspension } from '../model/types.ts';
import { startOfMonth } from '../rules/bounds.ts';

type Reader = Database['client'] | Transaction;

export interface SettingRow {
  readonly customerId: string;
  readonly featureId: string;
  readonly planId: string;
  readonly threshold: string;
  readonly quantity: string;
  readonly maxPerMonth: string;
  readonly currency: string;
  readonly enabled: boolean;
  readonly suspended: Suspension | null;
  readonly declines: number;
}

export const SETTING = `t.customer_id AS "customerId", t.feature_id AS "featureId", t.plan_id AS "planId", t.threshold::text,
  t.quantity::text, t.max_per_month::text AS "maxPerMonth", t.currency, t.enabled, t.suspended::text, t.declines`;

export function toSetting({
  customerId,
  featureId,
  planId,
  threshold,
  quantity,
  maxPerMonth,
  currency,
  enabled,
}: SettingRow): Setting {
  return {
    ...{ customerId, featureId, planId, enabled },
    threshold: decimal(threshold),
    quantity: decimal(quantity),
    maxPerMonth: { amount: decimal(maxPerMonth), currency },
  };
}

interface AutoTopUpRow extends SettingRow {
  readonly spent: string;
  readonly lastAttemptAt: Date | null;
  readonly failureReason: string | null;
  readonly purchaseId: string | null;
  readonly dueAt: Date | null;
  readonly begun: boolean;
}

/** The auto top-ups of each of these customers, in the order of their features. */
export async function findAutoTopUps(
  reader: Reader,
  customerIds: readonly string[],
  now: Date,
): Promise<readonly (readonly AutoTopUp[])[]> {
  const rows = await reader.$queryRawUnsafe<AutoTopUpRow[]>(
    `SELECT ${SETTING}, t.last_attempt_at AS "lastAttemptAt", t.failure_reason AS "failureReason", t.purchase_id AS "purchaseId",
       i.due_at AS "dueAt", i.begun_at IS NOT NULL AS begun, ${spentSince('$2')} AS spent
     FROM auto_top_up t
     LEFT JOIN auto_top_up_intent i ON i.customer_id = t.customer_id AND i.feature_id = t.feature_id AND i.status = 'OPEN'
     WHERE t.customer_id = ANY($1::text[]) ORDER BY t.feature_id`,
    [...new Set(customerIds)],
    startOfMonth(now),
  );
  const found = rows.map((row) => toAutoTopUp(row, now));
  return rowsByKey(customerIds, String, found, ({ customerId }) => customerId);
}

/**
 * What the purchases of an auto top-up `t` have cost since an instant, in its currency. One whose
 * customer paid it later, on its page, counts as well.
 */
export function spentSince(instant: string): string {
  return `(SELECT coalesce(sum(p.total), 0)::text FROM auto_top_up_intent x JOIN purchase p ON p.id = x.purchase_id
    WHERE x.customer_id = t.customer_id AND x.feature_id = t.feature_id AND x.begun_at >= ${instant}
      AND p.settled_at IS NOT NULL AND p.currency = t.currency)`;
}

function toAutoTopUp(row: AutoTopUpRow, now: Date): AutoTopUp {
  const { lastAttemptAt, failureReason, purchaseId, currency, spent, dueAt } = row;
  const status = statusOf(row, now);
  return {
    ...toSetting(row),
    ...{ status, lastAttemptAt, failureReason, purchaseId },
    spentThisMonth: { amount: decimal(spent), currency },
    nextAttemptAt: status === 'BACKING_OFF' ? dueAt : null,
  };
}

/**
 * Writes what is set, ends a suspension, and lets the balance be looked at. A charge that is under
 * way goes on.
 */
export async function writeSetting(transaction: Transaction, setting: Setting, now: Date): Promise<void> {
  const { customerId, featureId, planId, threshold, quantity, maxPerMonth, enabled } = setting;
  const [least, bought, most] = [threshold, quantity, maxPerMonth.amount].map(formatDecimal);
  await transaction.$executeRaw`
    INSERT INTO auto_top_up (customer_id, feature_id, plan_id, threshold, quantity, max_per_month, currency, enabled)
    VALUES (${customerId}, ${featureId}, ${planId}, ${least}::numeric, ${bought}::numeric, ${most}::numeric,
      ${maxPerMonth.currency}, ${enabled})
    ON CONFLICT (customer_id, feature_id) DO UPDATE SET plan_id = excluded.plan_id, threshold = excluded.threshold,
      quantity = excluded.quantity, max_per_month = excluded.max_per_month, currency = excluded.currency,
      enabled = excluded.enabled, declines = 0, suspended = NULL, failure_reason = NULL`;
  if (enabled)
    await transaction.$executeRaw`SELECT auto_top_up_look(${customerId}::text, ${featureId}::text, ${now}::timestamptz)`;
  else await deleteWaiting(transaction, setting);
}

/** Switches one off, and changes nothing else of it. @returns false where there is none. */
export async function switchOff(transaction: Transaction, key: Pick<Setting, 'customerId' | 'featureId'>): Promise<boolean> {
  const changed = await transaction.$executeRaw`
    UPDATE auto_top_up SET enabled = false, declines = 0, suspended = NULL, failure_reason = NULL
    WHERE customer_id = ${key.customerId} AND feature_id = ${key.featureId}`;
  await deleteWaiting(transaction, key);
  return changed > 0;
}

async function deleteWaiting(transaction: Transaction, { customerId, featureId }: Pick<Setting, 'customerId' | 'featureId'>) {
  await transaction.$executeRaw`
    DELETE FROM auto_top_up_intent
    WHERE customer_id = ${customerId} AND feature_id = ${featureId} AND status = 'OPEN' AND begun_at IS NULL`;
}
