/** The tables auto_top_up and auto_top_up_intent: how an attempt ends. */
import type { Transaction } from '../../database/database.ts';
import type { Intent, Suspension } from '../model/types.ts';
import { isLow, lockAccount, lockSetting, removeWaiting } from './intents.ts';
import { tell } from './tell.ts';

/**
 * Ends an intent whose purchase is paid. The account is locked, so that what lowers the balance
 * meanwhile either is seen here, or writes an intent of its own.
 */
export async function succeed(transaction: Transaction, intent: Intent, purchaseId: string, now: Date): Promise<void> {
  const { id, customerId, featureId } = intent;
  await lockAccount(transaction, customerId);
  await lockSetting(transaction, intent);
  const ended = await transaction.$executeRaw`
    UPDATE auto_top_up_intent SET status = 'SUCCEEDED', purchase_id = ${purchaseId}, ended_at = ${now}
    WHERE id = ${id} AND status = 'OPEN'`;
  if (ended === 0) return;
  await transaction.$executeRaw`
    UPDATE auto_top_up SET declines = 0, failure_reason = CASE WHEN suspended IS NOT NULL THEN failure_reason END,
      purchase_id = ${purchaseId} WHERE customer_id = ${customerId} AND feature_id = ${featureId}`;
  await tell(transaction, intent, { type: 'AUTO_TOP_UP_SUCCEEDED', status: 'IDLE', purchaseId, next: null, at: now });
  if (await isLow(transaction, intent)) await lookAgain(transaction, intent, now);
}

export interface Failure {
  readonly reason: string;
  readonly purchaseId: string | null;
  /** What follows, by the number of declines in a row. */
  readonly after: (declines: number) => { readonly nextAttemptAt: Date } | { readonly suspended: Suspension };
}

/** Ends an intent that was declined: another comes later, or none until something changes. */
export async function fail(transaction: Transaction, intent: Intent, { reason, purchaseId, after }: Failure, now: Date) {
  const { id, customerId, featureId } = intent;
  await lockSetting(transaction, intent);
  const ended = await transaction.$executeRaw`
    UPDATE auto_top_up_intent SET status = 'FAILED', purchase_id = coalesce(${purchaseId}, purchase_id), ended_at = ${now}
    WHERE id = ${id} AND status = 'OPEN'`;
  if (ended === 0) return;
  const [setting] = await transaction.$queryRaw<{ declines: number; enabled: boolean; suspended: Suspension | null }[]>`
    UPDATE auto_top_up SET declines = declines + 1, failure_reason = ${reason}, purchase_id = coalesce(${purchaseId}, purchase_id)
    WHERE customer_id = ${customerId} AND feature_id = ${featureId} RETURNING declines, enabled, suspended::text`;
  if (!setting) return;
  const next = after(setting.declines);
  if ('nextAttemptAt' in next) {
    const goesOn = setting.enabled && setting.suspended === null;
    const status = goesOn ? 'BACKING_OFF' : setting.enabled ? 'SUSPENDED' : 'DISABLED';
    const at = goesOn ? next.nextAttemptAt : null;
    await tell(transaction, intent, { type: 'AUTO_TOP_UP_FAILED', status, purchaseId, next: at, at: now });
    if (at) await lookAgain(transaction, intent, at);
    return;
  }
  await tell(transaction, intent, { type: 'AUTO_TOP_UP_FAILED', status: 'SUSPENDED', purchaseId, next: null, at: now });
  await suspend(transaction, intent, { suspended: next.suspended, reason, purchaseId }, now);
}

export interface Stop {
  readonly suspended: Suspension;
  readonly reason: string;
  readonly purchaseId: string | null;
}

/** Charges nothing more until something changes, and removes an intent that is not begun. */
export async function suspend(transaction: Transaction, intent: Intent, { suspended, reason, purchaseId }: Stop, now: Date) {
  const { customerId, featureId } = intent;
  const stopped = await transaction.$executeRaw`
    UPDATE auto_top_up SET suspended = ${suspended}::"AutoTopUpSuspension", failure_reason = ${reason}
    WHERE customer_id = ${customerId} AND feature_id = ${featureId} AND enabled AND suspended IS NULL`;
  if (stopped === 0) return;
  await removeWaiting(transaction, intent);
  await tell(transaction, intent, { type: 'AUTO_TOP_UP_SUSPENDED', status: 'SUSPENDED', purchaseId, next: null, at: now });
}

async function lookAgain(transaction: Transaction, { customerId, featureId }: Intent, at: Date): Promise<void> {
  await transaction.$executeRaw`SELECT auto_top_up_look(${customerId}::text, ${featureId}::text, ${at}::timestamptz)`;
}
