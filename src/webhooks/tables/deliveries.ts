/** The table webhook_delivery: how deliveries are read, sent by hand, and deleted. */
import type { Database, Transaction } from '../../database/database.ts';
import { MOST_COUNTED, type TimeSlice, totalOf } from '../../values/page.ts';
import type { WebhookDelivery, WebhookDeliveryStatus } from '../model/types.ts';

type Reader = Database['client'] | Transaction;
type Statements = Pick<Database['statements'], 'read'>;

const COLUMNS = `d.position, d.id, d.endpoint_id AS "endpointId", d.event_id AS "eventId", d.type, d.customer_id AS "customerId",
  d.payload, d.status::text, d.attempts, d.last_attempt_at AS "lastAttemptAt", d.next_attempt_at AS "nextAttemptAt",
  d.response_status AS "responseStatus", d.response_body AS "responseBody", d.duration_ms AS "durationMs", d.failure,
  d.created_at AS "createdAt"`;

export async function findDelivery(reader: Reader, id: string): Promise<WebhookDelivery | null> {
  const rows = await reader.$queryRawUnsafe<WebhookDelivery[]>(`SELECT ${COLUMNS} FROM webhook_delivery d WHERE d.id = $1`, id);
  return rows[0] ?? null;
}

/** A page of one endpoint's deliveries. */
export interface DeliveryPage extends TimeSlice<bigint> {
  readonly endpointId: string;
  /** null: of every status. */
  readonly statuses: readonly WebhookDeliveryStatus[] | null;
}

/**
 * The newest first. Reads the ones at the end of each status that is wanted, by its index, and
 * takes those at the end of these.
 */
export async function findDeliveries(
  { read }: Statements,
  { endpointId, before, after, statuses, fromOldest, limit }: DeliveryPage,
): Promise<readonly WebhookDelivery[]> {
  const within = 'd.endpoint_id = $1 AND ($2::bigint IS NULL OR d.position < $2) AND ($3::bigint IS NULL OR d.position > $3)';
  const end = `ORDER BY d.position ${fromOldest ? 'ASC' : 'DESC'} LIMIT $4`;
  const ofStatuses = `unnest($5::text[]::"WebhookDeliveryStatus"[]) AS wanted (status)
    CROSS JOIN LATERAL (SELECT * FROM webhook_delivery d WHERE ${within} AND d.status = wanted.status ${end}) d`;
  const from = statuses === null ? `webhook_delivery d WHERE ${within}` : ofStatuses;
  const found = await read<WebhookDelivery>(`SELECT ${COLUMNS} FROM ${from} ${end}`, [
    endpointId,
    before,
    after,
    limit,
    ...(statuses === null ? [] : [statuses]),
  ]);
  return fromOldest ? found.toReversed() : found;
}

/** null where there are more than MOST_COUNTED. Each status has its own part of an index. */
export async function countDeliveries(
  { read }: Statements,
  { endpointId, statuses }: Pick<DeliveryPage, 'endpointId' | 'statuses'>,
): Promise<number | null> {
  const [counted] = await read<{ total: number }>(
    `SELECT count(*)::int4 AS total FROM (
       SELECT 1 FROM webhook_delivery WHERE endpoint_id = $1
         AND ($2::text[] IS NULL OR status = ANY ($2::text[]::"WebhookDeliveryStatus"[])) LIMIT ${MOST_COUNTED + 1}
     ) x`,
    [endpointId, statuses],
  );
  return totalOf(counted?.total ?? 0);
}

/** A delivery that holds back no other, and is attempted once. */
export interface TestDelivery extends Pick<WebhookDelivery, 'id' | 'endpointId' | 'eventId' | 'type' | 'payload' | 'createdAt'> {}

export async function insertTestDelivery(transaction: Transaction, delivery: TestDelivery): Promise<void> {
  const { id, endpointId, eventId, type, payload, createdAt } = delivery;
  await transaction.$executeRaw`
    INSERT INTO webhook_delivery (id, endpoint_id, queue, event_id, type, payload, once, created_at)
    VALUES (${id}, ${endpointId}, ${queueOf(id)}, ${eventId}, ${type}, ${JSON.stringify(payload)}::jsonb, true, ${createdAt})`;
  await openQueue(transaction, endpointId, queueOf(id), createdAt);
}

/**
 * Lets a delivery be attempted now: one that waits keeps its place; one that has ended is attempted
 * once more, and holds back no other. @returns false where its endpoint is disabled or gone.
 */
export async function sendAgain(transaction: Transaction, id: string, now: Date): Promise<boolean> {
  const [delivery] = await transaction.$queryRaw<{ endpointId: string; queue: string; isOpen: boolean }[]>`
    SELECT d.endpoint_id AS "endpointId", d.queue, d.status IN ('PENDING', 'RETRYING') AS "isOpen"
    FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id AND e.enabled
    WHERE d.id = ${id} FOR NO KEY UPDATE OF d`;
  if (!delivery) return false;
  const queue = delivery.isOpen ? delivery.queue : queueOf(id);
  if (!delivery.isOpen) {
    await transaction.$executeRaw`
      UPDATE webhook_delivery SET queue = ${queue}, once = true, status = 'PENDING', tried_since = NULL, next_attempt_at = NULL
      WHERE id = ${id}`;
  }
  await openQueue(transaction, delivery.endpointId, queue, now);
  return true;
}

/** No customer has an id with a space. */
const queueOf = (deliveryId: string) => `once ${deliveryId}`;

async function openQueue(transaction: Transaction, endpointId: string, queue: string, now: Date): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO webhook_queue (endpoint_id, queue, next_attempt_at) VALUES (${endpointId}, ${queue}, ${now})
    ON CONFLICT (endpoint_id, queue) DO UPDATE SET next_attempt_at = ${now}`;
}

/** Deletes some deliveries of an endpoint. @returns how many. */
export async function deleteDeliveries(reader: Reader, endpointId: string, limit: number): Promise<number> {
  return reader.$executeRaw`
    DELETE FROM webhook_delivery WHERE position IN (
      SELECT position FROM webhook_delivery WHERE endpoint_id = ${endpointId} LIMIT ${limit})`;
}
