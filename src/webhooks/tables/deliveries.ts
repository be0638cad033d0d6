/** The table webhook_delivery: how deliveries are read, sent by hand, and deleted. */
import type { Database, Transaction } from '../../database/database.ts';
import { orderBy } from '../../database/either-end.ts';
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

const MAX_POSITION = 2n ** 63n - 1n;

/**
 * The deliveries of an endpoint between two positions, from one end: of each status those at its
 * end, and then those at the end of these. Index columns are compared and ordered as rows, so that
 * PostgreSQL reads that index: a status may be rarer than it expects, and then another index leads
 * through all deliveries.
 */
function rowsOf({ statuses, fromOldest }: Pick<DeliveryPage, 'statuses' | 'fromOldest'>): string {
  const direction = fromOldest ? 'ASC' : 'DESC';
  const between = (columns: readonly string[], key: string) => `webhook_delivery d
    WHERE (${columns.join()}) < (${key}, coalesce($2::bigint, ${MAX_POSITION})) AND (${columns.join()}) > (${key}, coalesce($3::bigint, 0))
    ${orderBy(columns, direction)} LIMIT $4`;
  if (statuses === null) return between(['d.endpoint_id', 'd.position'], '$1::text');
  return `unnest($5::text[]::"WebhookDeliveryStatus"[]) AS wanted (status)
    CROSS JOIN LATERAL (SELECT * FROM ${between(['d.endpoint_id', 'd.status', 'd.position'], '$1::text, wanted.status')}) d
    ${orderBy(['d.position'], direction)} LIMIT $4`;
}

const valuesOf = ({ endpointId, before, after, limit, statuses }: Omit<DeliveryPage, 'fromOldest'>) => [
  endpointId,
  before,
  after,
  limit,
  ...(statuses === null ? [] : [statuses]),
];

/** The newest first. */
export async function findDeliveries({ read }: Statements, page: DeliveryPage): Promise<readonly WebhookDelivery[]> {
  const found = await read<WebhookDelivery>(`SELECT ${COLUMNS} FROM ${rowsOf(page)}`, valuesOf(page));
  return page.fromOldest ? found.toReversed() : found;
}

/** null where there are more than MOST_COUNTED. */
export async function countDeliveries(
  { read }: Statements,
  { endpointId, statuses }: Pick<DeliveryPage, 'endpointId' | 'statuses'>,
): Promise<number | null> {
  const [counted] = await read<{ total: number }>(
    `SELECT count(*)::int4 AS total FROM (SELECT 1 FROM ${rowsOf({ statuses, fromOldest: false })}) x`,
    valuesOf({ endpointId, statuses, before: null, after: null, limit: MOST_COUNTED + 1 }),
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
