/** The table auto_top_up_intent: how intents are taken, and begun or put off. */
import type { Database, Transaction } from '../../database/database.ts';
import { decimal, formatDecimal } from '../../values/decimal.ts';
import type { Money } from '../../values/money.ts';
import type { Begun, Intent, Setting } from '../model/types.ts';
import { type Block, startOfDay, startOfMonth, type Used } from '../rules/bounds.ts';
import { SETTING, type SettingRow, spentSince, toSetting } from './settings.ts';
import { tell } from './tell.ts';

type Reader = Database['client'] | Transaction;
type Key = Pick<Setting, 'customerId' | 'featureId'>;

/** When the next open intent is due. */
export async function findNextDue(reader: Reader): Promise<Date | null> {
  const [row] = await reader.$queryRaw<{ at: Date | null }[]>`
    SELECT min(greatest(due_at, leased_until)) AS at FROM auto_top_up_intent WHERE status = 'OPEN'`;
  return row?.at ?? null;
}

/** Takes due intents for this process, those that nobody else has. */
export async function takeDue(reader: Reader, now: Date, leasedUntil: Date, most: number): Promise<readonly Intent[]> {
  const rows = await reader.$queryRaw<(Omit<Intent, 'begun'> & { planId: string | null; quantity: string | null })[]>`
    WITH due AS (
      SELECT id FROM auto_top_up_intent WHERE status = 'OPEN' AND greatest(due_at, leased_until) <= ${now}
      ORDER BY greatest(due_at, leased_until) LIMIT ${most} FOR UPDATE SKIP LOCKED)
    UPDATE auto_top_up_intent i SET leased_until = ${leasedUntil} FROM due WHERE i.id = due.id
    RETURNING i.id, i.customer_id AS "customerId", i.feature_id AS "featureId", i.leased_until AS "leasedUntil",
      i.plan_id AS "planId", i.quantity::text`;
  return rows.map(({ planId, quantity, ...row }) => ({
    ...row,
    begun: planId === null || quantity === null ? null : { planId, quantity: decimal(quantity) },
  }));
}

/** What is set, and what was used of its bounds; null where nothing may be charged now. */
export async function findChargeable(
  reader: Reader,
  key: Key,
  now: Date,
): Promise<(Used & { readonly setting: Setting }) | null> {
  const [row] = await reader.$queryRawUnsafe<(SettingRow & { spent: string; attempts: number })[]>(
    `SELECT ${SETTING}, ${spentSince('$3')} AS spent,
       (SELECT count(*)::int FROM auto_top_up_intent x
        WHERE x.customer_id = t.customer_id AND x.feature_id = t.feature_id AND x.begun_at >= $4) AS attempts
     FROM auto_top_up t WHERE t.customer_id = $1 AND t.feature_id = $2 AND t.enabled AND t.suspended IS NULL`,
    key.customerId,
    key.featureId,
    startOfMonth(now),
    startOfDay(now),
  );
  if (!row) return null;
  return { setting: toSetting(row), spent: { amount: decimal(row.spent), currency: row.currency }, attempts: row.attempts };
}

/**
 * Removes an intent that is not begun, if enough remains. Whoever lowers the balance after that
 * writes another one: the account is locked, so what was lowered before is seen.
 * @returns false where too little remains.
 */
export async function removeIfEnough(transaction: Transaction, { customerId, featureId }: Key): Promise<boolean> {
  await lockAccount(transaction, customerId);
  await lockSetting(transaction, { customerId, featureId });
  if (await isLow(transaction, { customerId, featureId })) return false;
  await removeWaiting(transaction, { customerId, featureId });
  return true;
}

/** Removes an intent of which nothing came, unless it is begun. */
export async function removeWaiting(reader: Reader, { customerId, featureId }: Key): Promise<void> {
  await reader.$executeRaw`
    DELETE FROM auto_top_up_intent
    WHERE customer_id = ${customerId} AND feature_id = ${featureId} AND status = 'OPEN' AND begun_at IS NULL`;
}

export async function lockAccount(transaction: Transaction, customerId: string): Promise<void> {
  await transaction.$queryRaw`SELECT 1 FROM account WHERE customer_id = ${customerId} FOR NO KEY UPDATE`;
}

export async function lockSetting(transaction: Transaction, { customerId, featureId }: Key): Promise<void> {
  await transaction.$queryRaw`
    SELECT 1 FROM auto_top_up WHERE customer_id = ${customerId} AND feature_id = ${featureId} FOR NO KEY UPDATE`;
}

/** True where so little remains that a top-up is wanted. What was never granted has nothing. */
export async function isLow(transaction: Transaction, { customerId, featureId }: Key): Promise<boolean> {
  const rows = await transaction.$queryRaw<unknown[]>`
    SELECT 1 FROM auto_top_up t LEFT JOIN balance b ON b.customer_id = t.customer_id AND b.feature_id = t.feature_id
    WHERE t.customer_id = ${customerId} AND t.feature_id = ${featureId} AND t.enabled AND t.suspended IS NULL
      AND NOT coalesce(b.unlimited, false) AND coalesce(b.remaining, 0) <= t.threshold`;
  return rows.length > 0;
}

/**
 * Fixes what an intent charges, before anybody is asked for money.
 * @returns false where the setting was changed meanwhile, or another process has the intent.
 */
export async function beginIntent(
  transaction: Transaction,
  { id, leasedUntil }: Intent,
  setting: Setting,
  { quantity, planId, total }: Begun & { readonly total: Money },
  now: Date,
): Promise<boolean> {
  const { customerId, featureId } = setting;
  const same = await transaction.$executeRaw`
    UPDATE auto_top_up SET last_attempt_at = ${now}
    WHERE customer_id = ${customerId} AND feature_id = ${featureId} AND enabled AND suspended IS NULL AND plan_id = ${planId}
      AND quantity = ${formatDecimal(setting.quantity)}::numeric AND currency = ${setting.maxPerMonth.currency}
      AND max_per_month = ${formatDecimal(setting.maxPerMonth.amount)}::numeric`;
  if (same === 0) return false;
  const begun = await transaction.$executeRaw`
    UPDATE auto_top_up_intent SET begun_at = ${now}, plan_id = ${planId}, quantity = ${formatDecimal(quantity)}::numeric,
      total = ${formatDecimal(total.amount)}::numeric, currency = ${total.currency}
    WHERE id = ${id} AND status = 'OPEN' AND begun_at IS NULL AND leased_until = ${leasedUntil}`;
  return begun > 0;
}

/** Puts an intent off that is not begun, and says why. */
export async function putOff(transaction: Transaction, intent: Intent, { until, reason }: Block, now: Date): Promise<void> {
  const { customerId, featureId, id, leasedUntil } = intent;
  await transaction.$executeRaw`
    UPDATE auto_top_up SET failure_reason = ${reason} WHERE customer_id = ${customerId} AND feature_id = ${featureId}`;
  const put = await transaction.$executeRaw`
    UPDATE auto_top_up_intent SET due_at = ${until}, leased_until = NULL
    WHERE id = ${id} AND status = 'OPEN' AND begun_at IS NULL AND leased_until = ${leasedUntil}`;
  if (put > 0)
    await tell(transaction, intent, {
      type: 'AUTO_TOP_UP_FAILED',
      status: 'BACKING_OFF',
      purchaseId: null,
      next: until,
      at: now,
    });
}

/** Lets an intent be looked at again after this instant, or once its purchase changes. */
export async function waitUntil(reader: Reader, { id }: Intent, purchaseId: string | null, until: Date): Promise<void> {
  await reader.$executeRaw`
    UPDATE auto_top_up_intent SET leased_until = ${until}, purchase_id = coalesce(${purchaseId}, purchase_id)
    WHERE id = ${id} AND status = 'OPEN'`;
}
