/** The table purchase: when Brim asks the payment provider about a purchase. */
import type { Database } from '../../database/database.ts';

type Reader = Database['client'];

/**
 * Takes purchases that are due to be checked, and sets when each is checked next: after ever longer
 * pauses, up to an hour. Renewals set the next check of a recurring purchase themselves. Two
 * processes take different ones. A purchase whose page was missing at the provider is checked for
 * three days: the provider's own event about a payment may take that long.
 */
export async function takeDueChecks(reader: Reader, now: Date, limit: number): Promise<readonly string[]> {
  const rows = await reader.$queryRaw<{ id: string }[]>`
    UPDATE purchase p SET checks = p.checks + 1,
      next_check_at = CASE WHEN p.status = 'PENDING' OR p.subscription_id IS NOT NULL OR p.created_at > ${now}::timestamptz - interval '3 days'
        THEN ${now}::timestamptz + least(power(2, least(p.checks, 6)), 60) * interval '1 minute' END
    FROM (
      SELECT id FROM purchase WHERE next_check_at <= ${now} ORDER BY next_check_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ) due WHERE p.id = due.id RETURNING p.id`;
  return rows.map((row) => row.id);
}

/**
 * Notes that a customer's browser asks about a purchase, unless one did within `pauseMs` before.
 * @returns false where one did: then the provider was asked already.
 */
export async function takeReturn(reader: Reader, id: string, now: Date, pauseMs: number): Promise<boolean> {
  const since = new Date(now.getTime() - pauseMs);
  // The clocks of processes differ a little. One that is far ahead must not silence the others.
  const beyond = new Date(now.getTime() + pauseMs);
  const taken = await reader.$executeRaw`
    UPDATE purchase SET returned_at = ${now}
    WHERE id = ${id} AND (returned_at IS NULL OR returned_at <= ${since} OR returned_at > ${beyond})`;
  return taken === 1;
}
