/** The tables webhook_queue and webhook_delivery: how attempts begin and end. */
import type { Database, Transaction } from '../../database/database.ts';

/** A delivery that is to be attempted now, by who holds the lease of its queue. */
export interface Attempt {
  readonly lease: string;
  readonly endpointId: string;
  readonly queue: string;
  readonly deliveryId: string;
  readonly eventId: string;
  readonly payload: unknown;
  readonly once: boolean;
  /** With this one. */
  readonly attempts: number;
  /** The first attempt of these. */
  readonly triedSince: Date;
  readonly url: string;
  /** All that sign, the present one first. */
  readonly secrets: readonly string[];
}

export interface TakeOptions {
  /** Attempts of one endpoint that may run at once, in all processes. */
  readonly atOnceOfEndpoint: number;
  /** After so long another process may attempt it again. */
  readonly leaseMs: number;
}

interface QueueKey {
  readonly endpointId: string;
  readonly queue: string;
}

/**
 * Takes the first deliveries of queues that are due. An endpoint that another process takes from at
 * this moment is left to that one, so that both together keep to its bound.
 */
export async function takeAttempts(
  transaction: Transaction,
  now: Date,
  { atOnceOfEndpoint, leaseMs }: TakeOptions,
): Promise<readonly Attempt[]> {
  const endpoints = await transaction.$queryRaw<{ id: string }[]>`
    SELECT id FROM webhook_endpoint e WHERE enabled AND EXISTS (
      SELECT FROM webhook_queue q WHERE q.endpoint_id = e.id AND q.next_attempt_at <= ${now})
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED`;
  if (endpoints.length === 0) return [];
  // Only now, because only a later statement sees what was leased before the lock.
  const queues = await transaction.$queryRaw<QueueKey[]>`
    SELECT q.endpoint_id AS "endpointId", q.queue FROM unnest(${endpoints.map(({ id }) => id)}::text[]) AS e (id)
    CROSS JOIN LATERAL (
      SELECT endpoint_id, queue FROM webhook_queue
      WHERE endpoint_id = e.id AND next_attempt_at <= ${now} AND (leased_until < clock_timestamp()) IS NOT FALSE
      ORDER BY next_attempt_at
      LIMIT greatest(0, ${atOnceOfEndpoint}::int - (
        SELECT count(*) FROM webhook_queue WHERE endpoint_id = e.id AND leased_until >= clock_timestamp()))
      FOR UPDATE SKIP LOCKED) q`;
  if (queues.length === 0) return [];
  return leaseFirst(transaction, queues, now, leaseMs);
}

/** Ends the queues that are empty, and takes the first delivery of each of the others. */
async function leaseFirst(transaction: Transaction, queues: readonly QueueKey[], now: Date, leaseMs: number) {
  const [endpointIds, names] = [queues.map(({ endpointId }) => endpointId), queues.map(({ queue }) => queue)];
  return transaction.$queryRaw<Attempt[]>`
    WITH locked AS (
      SELECT * FROM unnest(${endpointIds}::text[], ${names}::text[]) AS rows (endpoint_id, queue)
    ), first AS (
      SELECT l.endpoint_id, l.queue, d.position, gen_random_uuid()::text AS lease FROM locked l CROSS JOIN LATERAL (
        SELECT position FROM webhook_delivery d
        WHERE d.endpoint_id = l.endpoint_id AND d.queue = l.queue AND d.status IN ('PENDING', 'RETRYING')
        ORDER BY position LIMIT 1) d
    ), ended AS (
      DELETE FROM webhook_queue q USING locked l WHERE q.endpoint_id = l.endpoint_id AND q.queue = l.queue
        AND NOT EXISTS (SELECT FROM first f WHERE f.endpoint_id = l.endpoint_id AND f.queue = l.queue)
    ), leased AS (
      UPDATE webhook_queue q SET lease = first.lease, leased_until = clock_timestamp() + ${leaseMs}::float8 * interval '1 millisecond'
      FROM first WHERE q.endpoint_id = first.endpoint_id AND q.queue = first.queue
    ), begun AS (
      UPDATE webhook_delivery d SET attempts = d.attempts + 1, tried_since = coalesce(d.tried_since, ${now}), last_attempt_at = ${now}
      FROM first WHERE d.position = first.position
      RETURNING d.*, first.lease
    )
    SELECT b.lease, b.endpoint_id AS "endpointId", b.queue, b.id AS "deliveryId", b.event_id AS "eventId", b.payload, b.once,
      b.attempts, b.tried_since AS "triedSince", e.url,
      CASE WHEN e.previous_secret_until > clock_timestamp() THEN ARRAY[e.secret, e.previous_secret] ELSE ARRAY[e.secret] END AS secrets
    FROM begun b JOIN webhook_endpoint e ON e.id = b.endpoint_id`;
}

/** What became of an attempt. */
export interface AttemptEnd {
  readonly status: 'SUCCEEDED' | 'RETRYING' | 'FAILED';
  readonly responseStatus: number | null;
  readonly responseBody: string | null;
  readonly failure: string | null;
  readonly durationMs: number;
  /** Of this delivery; null where there is none. */
  readonly nextAttemptAt: Date | null;
}

/**
 * Records the end of an attempt, and lets its queue go on. Nothing is recorded where another
 * process holds the lease by now: it attempts the delivery again.
 */
export async function endAttempt(
  { write }: Database['statements'],
  { lease, endpointId, queue, deliveryId }: Attempt,
  { status, responseStatus, responseBody, failure, durationMs, nextAttemptAt }: AttemptEnd,
  now: Date,
): Promise<void> {
  await write(
    `WITH released AS (
      UPDATE webhook_queue SET lease = NULL, leased_until = NULL, next_attempt_at = coalesce($8::timestamptz, $9::timestamptz)
      WHERE endpoint_id = $1 AND queue = $2 AND lease = $3 RETURNING endpoint_id
    ), ended AS (
      UPDATE webhook_delivery SET status = $5::"WebhookDeliveryStatus", response_status = $6, response_body = $7, failure = $10,
        duration_ms = $11, next_attempt_at = $8
      WHERE id = $4 AND EXISTS (SELECT FROM released)
    )
    UPDATE webhook_endpoint SET succeeded_at = $9 WHERE id IN (SELECT endpoint_id FROM released) AND $5 = 'SUCCEEDED'
      AND (succeeded_at < $9::timestamptz - interval '1 minute') IS NOT FALSE`,
    [endpointId, queue, lease, deliveryId, status, responseStatus, responseBody, nextAttemptAt, now, failure, durationMs],
  );
}

/**
 * Disables an endpoint that took nothing since an instant. Its open deliveries stay, and are
 * attempted once somebody enables it. @returns false where it took something since, or is disabled.
 */
export async function disableDead(
  { write }: Database['statements'],
  endpointId: string,
  since: Date,
  reason: string,
): Promise<boolean> {
  const rows = await write(
    `UPDATE webhook_endpoint SET enabled = false, disabled_reason = $3
     WHERE id = $1 AND enabled AND (succeeded_at >= $2) IS NOT TRUE RETURNING id`,
    [endpointId, since, reason],
  );
  return rows.length > 0;
}
