/** The tables webhook_event, webhook_delivery and webhook_queue: how events become deliveries. */
import type { Database } from '../../database/database.ts';

const EVENTS_AT_ONCE = 500;

/**
 * Makes the oldest events deliveries to each endpoint that wants them, at the ends of their queues.
 * Processes take turns, because the events of a customer keep their order. A queue is locked even
 * where it is there already: whoever ends an empty queue sees the delivery, or it is made again.
 * @returns how many events there were.
 */
export async function spreadEvents({ write }: Database['statements'], now: Date): Promise<number> {
  const rows = await write<{ events: number }>(
    `WITH taken AS (
      DELETE FROM webhook_event WHERE position IN (
        SELECT position FROM webhook_event ORDER BY position LIMIT ${EVENTS_AT_ONCE} FOR UPDATE)
      RETURNING *
    ), made AS (
      INSERT INTO webhook_delivery (id, endpoint_id, queue, event_id, type, customer_id, payload, next_attempt_at, created_at)
      SELECT 'wd_' || replace(gen_random_uuid()::text, '-', ''), e.id, taken.customer_id, taken.id, taken.type, taken.customer_id,
        jsonb_build_object('type', taken.type, 'id', taken.id, 'occurredAt', webhook_instant(taken.occurred_at), 'data', taken.data),
        NULL, $1
      FROM taken JOIN webhook_endpoint e ON e.enabled AND taken.type = ANY (e.events)
      ORDER BY taken.position
      RETURNING endpoint_id, queue
    ), queued AS (
      INSERT INTO webhook_queue AS q (endpoint_id, queue, next_attempt_at)
      SELECT DISTINCT endpoint_id, queue, $1::timestamptz FROM made ORDER BY endpoint_id, queue
      ON CONFLICT (endpoint_id, queue) DO UPDATE SET next_attempt_at = q.next_attempt_at
    ) SELECT count(*)::int AS events FROM taken`,
    [now],
  );
  return rows[0]?.events ?? 0;
}

/** When something is to be done: past where events wait; null where nothing is. */
export async function findNextWork({ read }: Database['statements'], now: Date): Promise<Date | null> {
  const rows = await read<{ at: Date | null }>(
    `SELECT CASE WHEN EXISTS (SELECT FROM webhook_event) THEN $1::timestamptz ELSE (
      SELECT min(q.at) FROM webhook_endpoint e CROSS JOIN LATERAL (
        SELECT next_attempt_at AS at FROM webhook_queue WHERE endpoint_id = e.id AND (leased_until < clock_timestamp()) IS NOT FALSE
        ORDER BY next_attempt_at LIMIT 1) q
      WHERE e.enabled) END AS at`,
    [now],
  );
  return rows[0]?.at ?? null;
}
