/** What is due of the table purchase: ends, and questions to the payment provider. */
import type { Database, Transaction } from '../../database/database.ts';

type Reader = Database['client'];

/** Makes the ACTIVE ones of these CANCELED. Locks them in the order of their ids. @returns the ids of those that it ended. */
export async function endPurchases(transaction: Transaction, ids: readonly string[], now: Date): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    WITH ending AS (SELECT id FROM purchase WHERE id = ANY(${ids}::text[]) AND status = 'ACTIVE' ORDER BY id FOR UPDATE)
    UPDATE purchase p SET status = 'CANCELED', ended_at = least(p.ends_at, ${now}) FROM ending WHERE p.id = ending.id RETURNING p.id`;
  return rows.map((row) => row.id);
}

/**
 * Makes a purchase CANCELED whose page was just closed unpaid. The provider may have told us so meanwhile: then it is EXPIRED, and is
 * CANCELED all the same, for somebody asked for it. One that is settled stays. @returns whether this made it so. One whose page was missing goes on being asked about.
 */
export async function cancelUnpaid(reader: Reader, id: string, now: Date): Promise<boolean> {
  const changed = await reader.$executeRaw`
    UPDATE purchase SET status = 'CANCELED', ended_at = ${now}, checkout_url = NULL,
      next_check_at = CASE WHEN status = 'EXPIRED' THEN next_check_at END
    WHERE id = ${id} AND status IN ('PENDING', 'EXPIRED') AND NOT processing`;
  return changed > 0;
}

/** Sets when the ACTIVE ones of these end, where it is not set yet. @returns the ids of those that it set. */
export async function scheduleEnds(
  transaction: Transaction,
  ends: readonly { readonly id: string; readonly at: Date }[],
): Promise<readonly string[]> {
  if (ends.length === 0) return [];
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    WITH ending AS (
      SELECT p.id, wanted.at FROM purchase p
      JOIN unnest(${ends.map(({ id }) => id)}::text[], ${ends.map(({ at }) => at.toISOString())}::timestamptz[]) AS wanted (id, at)
        ON wanted.id = p.id
      WHERE p.status = 'ACTIVE' AND p.ends_at IS NULL ORDER BY p.id FOR UPDATE OF p
    )
    UPDATE purchase p SET ends_at = ending.at FROM ending WHERE p.id = ending.id RETURNING p.id`;
  return rows.map((row) => row.id);
}

/** The nearest end of a period. */
export async function findNextEnd(reader: Reader, except: readonly string[]): Promise<Date | null> {
  const rows = await reader.$queryRaw<{ at: Date | null }[]>`
    SELECT min(ends_at) AS at FROM purchase WHERE status = 'ACTIVE' AND ends_at IS NOT NULL AND id <> ALL(${except}::text[])`;
  return rows[0]?.at ?? null;
}

/** The ids of those whose end has come, the longest overdue first. */
export async function findEnding(
  reader: Reader,
  now: Date,
  limit: number,
  except: readonly string[],
): Promise<readonly string[]> {
  const rows = await reader.$queryRaw<{ id: string }[]>`
    SELECT id FROM purchase WHERE status = 'ACTIVE' AND ends_at <= ${now} AND id <> ALL(${except}::text[])
    ORDER BY ends_at, id LIMIT ${limit}`;
  return rows.map((row) => row.id);
}

/**
 * Takes the purchases about which it is time to ask, and sets when to ask next: ever later, up to an hour. Two processes take
 * different ones. A purchase whose page was missing at the provider is asked about for three days, which is how long a
 * provider's own news of a payment may take.
 */
export async function takeDue(reader: Reader, now: Date, limit: number): Promise<readonly string[]> {
  const rows = await reader.$queryRaw<{ id: string }[]>`
    UPDATE purchase p SET checks = p.checks + 1,
      next_check_at = CASE WHEN p.status = 'PENDING' OR p.created_at > ${now}::timestamptz - interval '3 days'
        THEN ${now}::timestamptz + least(power(2, least(p.checks, 6)), 60) * interval '1 minute' END
    FROM (
      SELECT id FROM purchase WHERE next_check_at <= ${now} ORDER BY next_check_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ) due WHERE p.id = due.id RETURNING p.id`;
  return rows.map((row) => row.id);
}
