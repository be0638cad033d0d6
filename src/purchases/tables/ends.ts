/** The table purchase: how purchases end, now and with their period. */
import type { Database, Transaction } from '../../database/database.ts';
import { statusesBefore } from '../model/transitions.ts';

type Reader = Database['client'];

/**
 * Makes purchases CANCELED that the customer has, locking them in the order of their ids. The
 * reconciler then asks about those that have a subscription, so that the provider ends it, too.
 * @returns the ids of those that it ended.
 */
export async function endPurchases(transaction: Transaction, ids: readonly string[], now: Date): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    WITH ending AS (
      SELECT id FROM purchase WHERE id = ANY(${ids}::text[]) AND status = ANY(${statusesBefore('end')}::"PurchaseStatus"[])
      ORDER BY id FOR UPDATE
    )
    UPDATE purchase p SET status = 'CANCELED', ended_at = least(p.ends_at, ${now}),
      next_check_at = CASE WHEN p.subscription_id IS NULL THEN p.next_check_at ELSE ${now} END, checks = 0
    FROM ending WHERE p.id = ending.id RETURNING p.id`;
  const ended = rows.map((row) => row.id);
  await lookAtReturns(transaction, ended, now);
  return ended;
}

/**
 * The reconciler looks again at what was returned of these: while its subscription went on, a
 * purchase kept its status although all of its money was back. Now it becomes REFUNDED.
 */
async function lookAtReturns(transaction: Transaction, ended: readonly string[], now: Date): Promise<void> {
  if (ended.length === 0) return;
  await transaction.$executeRaw`
    WITH paid AS (SELECT id FROM payment WHERE purchase_id = ANY(${ended}::text[]) AND status = 'SUCCEEDED'),
    refunds AS (UPDATE refund r SET next_check_at = ${now} FROM paid WHERE r.payment_id = paid.id AND r.status = 'SUCCEEDED')
    UPDATE dispute d SET next_check_at = ${now} FROM paid WHERE d.payment_id = paid.id AND d.status = 'LOST'`;
}

/**
 * Makes an unpaid purchase CANCELED whose page was just closed. Where its page was missing at the
 * provider, the reconciler goes on asking about it.
 * @returns false where it is not unpaid any more, or a delayed payment is processing.
 */
export async function cancelUnpaid(reader: Reader, id: string, now: Date): Promise<boolean> {
  const changed = await reader.$executeRaw`
    UPDATE purchase SET status = 'CANCELED', ended_at = ${now},
      checkout_url = NULL, next_check_at = CASE WHEN status = 'EXPIRED' THEN next_check_at END
    WHERE id = ${id} AND status = ANY(${statusesBefore('cancelUnpaid')}::"PurchaseStatus"[]) AND NOT processing`;
  return changed > 0;
}

/**
 * Sets when ACTIVE purchases end, where that is not set yet. @returns the ids of those that it set.
 */
export async function scheduleEnds(
  transaction: Transaction,
  ends: readonly { readonly id: string; readonly at: Date }[],
  now: Date,
): Promise<readonly string[]> {
  if (ends.length === 0) return [];
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    WITH ending AS (
      SELECT p.id, wanted.at FROM purchase p
      JOIN unnest(${ends.map(({ id }) => id)}::text[], ${ends.map(({ at }) => at.toISOString())}::timestamptz[]) AS wanted (id, at)
        ON wanted.id = p.id
      WHERE p.status = ANY(${statusesBefore('scheduleEnd')}::"PurchaseStatus"[]) AND p.ends_at IS NULL
      ORDER BY p.id FOR UPDATE OF p
    )
    UPDATE purchase p SET ends_at = ending.at, canceled_at = ${now} FROM ending WHERE p.id = ending.id RETURNING p.id`;
  return rows.map((row) => row.id);
}

/** The nearest end of a period; null where none is set. */
export async function findNextEnd(reader: Reader, except: readonly string[]): Promise<Date | null> {
  const rows = await reader.$queryRaw<{ at: Date | null }[]>`
    SELECT min(ends_at) AS at FROM purchase WHERE status IN ('ACTIVE', 'PAST_DUE') AND ends_at IS NOT NULL AND id <> ALL(${except}::text[])`;
  return rows[0]?.at ?? null;
}

/** The ids of purchases whose end has come, the longest overdue first. */
export async function findEnding(
  reader: Reader,
  now: Date,
  limit: number,
  except: readonly string[],
): Promise<readonly string[]> {
  const rows = await reader.$queryRaw<{ id: string }[]>`
    SELECT id FROM purchase WHERE status IN ('ACTIVE', 'PAST_DUE') AND ends_at <= ${now} AND id <> ALL(${except}::text[])
    ORDER BY ends_at, id LIMIT ${limit}`;
  return rows.map((row) => row.id);
}
