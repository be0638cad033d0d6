/** The table purchase: the paid periods of recurring purchases, and what is not paid of them. */
import type { Database, Transaction } from '../../database/database.ts';
import type { Period } from '../model/provider-subscriptions.ts';
import { HELD_STATUSES, isHeld, statusAfter, statusesBefore } from '../model/transitions.ts';
import type { Purchase } from '../model/types.ts';

type Reader = Database['client'] | Transaction;

/**
 * How long after the end of a period the reconciler asks about the next one: the provider holds a
 * new invoice for about an hour before it collects it.
 */
export const RENEWAL_TAKES_MS = 2 * 60 * 60_000;

/** Locks those of these purchases that can be renewed, in the order of their ids. */
export async function lockRenewable(transaction: Transaction, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    SELECT id FROM purchase WHERE id = ANY(${ids}::text[]) AND status = ANY(${statusesBefore('renew')}::"PurchaseStatus"[])
    ORDER BY id FOR UPDATE`;
  return new Set(rows.map(({ id }) => id));
}

/** What a purchase has of its subscription once an invoice of it is paid. */
export interface PaidPeriod {
  readonly id: string;
  readonly subscriptionId: string;
  readonly period: Period;
}

/**
 * Stores a paid period of a purchase, unless a later one was paid before. The reconciler then asks
 * about the next one.
 */
export async function storePeriod(reader: Reader, { id, subscriptionId, period }: PaidPeriod): Promise<void> {
  await reader.$executeRaw`
    UPDATE purchase SET subscription_id = ${subscriptionId},
      current_period_start = CASE WHEN current_period_end >= ${period.end} THEN current_period_start ELSE ${period.start} END,
      current_period_end = greatest(current_period_end, ${period.end}),
      next_check_at = greatest(current_period_end, ${period.end}) + ${RENEWAL_TAKES_MS}::float8 * interval '1 millisecond', checks = 0
    WHERE id = ${id}`;
}

/** Notes the subscription that a PENDING purchase waits for; null: for none, but for its page. */
export async function keepSubscription(reader: Reader, id: string, subscriptionId: string | null): Promise<void> {
  await reader.$executeRaw`
    UPDATE purchase SET subscription_id = ${subscriptionId} WHERE id = ${id} AND status = 'PENDING' AND checkout_id IS NULL`;
}

/** The ids of the purchases of a subscription: those that had it, and the one that has it. */
export async function findOfSubscription(reader: Reader, subscriptionId: string): Promise<readonly string[]> {
  const rows = await reader.$queryRaw<{ id: string }[]>`
    SELECT id FROM purchase WHERE subscription_id = ${subscriptionId} ORDER BY created_at, id`;
  return rows.map(({ id }) => id);
}

/** Makes an ACTIVE purchase PAST_DUE. @returns false where it is not ACTIVE any more. */
export async function markPastDue(reader: Reader, id: string, since: Date, graceEndsAt: Date | null): Promise<boolean> {
  const changed = await reader.$executeRaw`
    UPDATE purchase SET status = ${statusAfter('ACTIVE', 'pastDue')}::"PurchaseStatus", past_due_since = ${since},
      grace_ends_at = ${graceEndsAt}
    WHERE id = ${id} AND status = ANY(${statusesBefore('pastDue')}::"PurchaseStatus"[])`;
  return changed > 0;
}

/** Makes a PAST_DUE purchase ACTIVE again. */
export async function recover(reader: Reader, id: string): Promise<void> {
  await reader.$executeRaw`
    UPDATE purchase SET status = ${statusAfter('PAST_DUE', 'recover')}::"PurchaseStatus", past_due_since = NULL, grace_ends_at = NULL
    WHERE id = ${id} AND status = ANY(${statusesBefore('recover')}::"PurchaseStatus"[])`;
}

/**
 * Sets or takes back that a purchase ends with its period; `at` null: it goes on. One that another
 * answer has changed since it was read is left alone.
 */
export async function setEnd(
  reader: Reader,
  read: Pick<Purchase, 'id' | 'cancelAtPeriodEnd' | 'endsAt'>,
  at: Date | null,
  now: Date,
): Promise<void> {
  await reader.$executeRaw`
    UPDATE purchase SET cancel_at_period_end = ${at !== null}, ends_at = ${at},
      canceled_at = CASE WHEN ${at !== null} THEN coalesce(canceled_at, ${now}) END
    WHERE id = ${read.id} AND status = ANY(${statusesBefore('setEnd')}::"PurchaseStatus"[])
      AND cancel_at_period_end = ${read.cancelAtPeriodEnd} AND ends_at IS NOT DISTINCT FROM ${read.endsAt}`;
}

/**
 * Sets when the reconciler next asks about a purchase; null: never. One that ended or began after
 * it was read is left alone: it has a check of its own by then, as that of its subscription's end.
 */
export async function setNextCheck(reader: Reader, read: Pick<Purchase, 'id' | 'status'>, at: Date | null): Promise<void> {
  const still = isHeld(read) ? HELD_STATUSES : [read.status];
  await reader.$executeRaw`
    UPDATE purchase SET next_check_at = ${at}, checks = 0
    WHERE id = ${read.id} AND status = ANY(${still}::"PurchaseStatus"[])`;
}

/** The invoices of these that are paid, as far as it is recorded. */
export async function findPaidInvoices(reader: Reader, invoiceIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await reader.$queryRaw<{ id: string }[]>`
    SELECT invoice_id AS id FROM payment WHERE invoice_id = ANY(${invoiceIds}::text[]) AND status = 'SUCCEEDED'`;
  return new Set(rows.map(({ id }) => id));
}
