/** The tables refund and dispute: about which payments the reconciler asks. */
import type { Database } from '../../database/database.ts';

type Reader = Database['client'];

/**
 * Takes the refunds that are PENDING and the disputes that are OPEN whose time has come, and sets
 * when each is looked at next: a refund after ever longer pauses, up to a day; a dispute each day.
 * Two processes take different ones.
 * @returns the ids of their payments.
 */
export async function takeDueReturns(reader: Reader, now: Date, limit: number): Promise<readonly string[]> {
  const rows = await reader.$queryRaw<{ paymentId: string }[]>`
    WITH refunds AS (
      UPDATE refund r SET checks = r.checks + 1,
        next_check_at = CASE WHEN r.status = 'PENDING' THEN ${now}::timestamptz + least(power(2, least(r.checks, 11)), 1440) * interval '1 minute' END
      FROM (SELECT id FROM refund WHERE next_check_at <= ${now} ORDER BY next_check_at LIMIT ${limit} FOR UPDATE SKIP LOCKED) due
      WHERE r.id = due.id RETURNING r.payment_id
    ), disputes AS (
      UPDATE dispute d SET checks = d.checks + 1,
        next_check_at = CASE WHEN d.status = 'OPEN' THEN ${now}::timestamptz + interval '1 day' END
      FROM (SELECT id FROM dispute WHERE next_check_at <= ${now} ORDER BY next_check_at LIMIT ${limit} FOR UPDATE SKIP LOCKED) due
      WHERE d.id = due.id RETURNING d.payment_id
    )
    SELECT payment_id AS "paymentId" FROM refunds UNION SELECT payment_id FROM disputes`;
  return rows.map((row) => row.paymentId);
}
