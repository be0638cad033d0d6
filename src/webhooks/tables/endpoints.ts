/** The table webhook_endpoint. */
import type { Database, Transaction } from '../../database/database.ts';
import type { WebhookEndpoint } from '../model/types.ts';

type Reader = Database['client'] | Transaction;

/** An endpoint with what signs its deliveries. */
export interface EndpointWithSecret extends WebhookEndpoint {
  readonly secret: string;
}

const SHOWN = { id: true, url: true, events: true, enabled: true, disabledReason: true, createdAt: true } as const;

/** As it was written: events are checked before that. */
const toEndpoint = ({ events, ...row }: Omit<WebhookEndpoint, 'events'> & { readonly events: string[] }): WebhookEndpoint => ({
  ...row,
  events: events as unknown as WebhookEndpoint['events'],
});

/** The oldest first. There are few. */
export async function listEndpoints(reader: Reader): Promise<readonly WebhookEndpoint[]> {
  return (await reader.webhookEndpoint.findMany({ select: SHOWN, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })).map(
    toEndpoint,
  );
}

export async function findEndpoints(reader: Reader, ids: readonly string[]): Promise<readonly WebhookEndpoint[]> {
  return (await reader.webhookEndpoint.findMany({ select: SHOWN, where: { id: { in: [...ids] } } })).map(toEndpoint);
}

/** @returns false where there are `most` already. Callers take turns, so that none is over it. */
export async function insertEndpoint(transaction: Transaction, endpoint: EndpointWithSecret, most: number): Promise<boolean> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('brim webhook endpoints'))`;
  if ((await transaction.webhookEndpoint.count()) >= most) return false;
  await transaction.webhookEndpoint.create({ data: { ...endpoint, events: [...endpoint.events] } });
  return true;
}

export type EndpointChanges = Partial<Pick<WebhookEndpoint, 'url' | 'events' | 'enabled'>>;

/**
 * Writes the given fields. Enabling it lets its open deliveries be attempted at once, each for
 * three days from then. @returns null where there is none.
 */
export async function updateEndpoint(
  transaction: Transaction,
  id: string,
  { events, ...changes }: EndpointChanges,
  now: Date,
): Promise<WebhookEndpoint | null> {
  const [before] = await transaction.$queryRaw<{ enabled: boolean }[]>`
    SELECT enabled FROM webhook_endpoint WHERE id = ${id} FOR NO KEY UPDATE`;
  if (!before) return null;
  const data = {
    ...changes,
    ...(events && { events: [...events] }),
    ...(changes.enabled === undefined ? {} : { disabledReason: null }),
  };
  const endpoint = await transaction.webhookEndpoint.update({ where: { id }, data, select: SHOWN });
  if (changes.enabled === true && !before.enabled) {
    await transaction.$executeRaw`
      UPDATE webhook_delivery SET tried_since = NULL, next_attempt_at = CASE WHEN status = 'RETRYING' THEN ${now}::timestamptz END
      WHERE endpoint_id = ${id} AND status IN ('PENDING', 'RETRYING') AND tried_since IS NOT NULL`;
    await transaction.$executeRaw`UPDATE webhook_queue SET next_attempt_at = ${now} WHERE endpoint_id = ${id}`;
  }
  return toEndpoint(endpoint);
}

/** Its deliveries are swept afterwards. @returns false where there is none. */
export async function deleteEndpoint(transaction: Transaction, id: string): Promise<boolean> {
  const { count } = await transaction.webhookEndpoint.deleteMany({ where: { id } });
  await transaction.webhookQueue.deleteMany({ where: { endpointId: id } });
  return count > 0;
}

/** The present secret signs, too, for so long, in real time. @returns null where there is none. */
export async function rotateSecret(
  reader: Reader,
  id: string,
  secret: string,
  previousForSeconds: number,
): Promise<{ readonly endpoint: WebhookEndpoint; readonly previousUntil: Date } | null> {
  const [row] = await reader.$queryRaw<{ previousUntil: Date }[]>`
    UPDATE webhook_endpoint SET previous_secret = secret, secret = ${secret},
      previous_secret_until = clock_timestamp() + ${previousForSeconds}::float8 * interval '1 second'
    WHERE id = ${id} RETURNING previous_secret_until AS "previousUntil"`;
  const [endpoint] = await findEndpoints(reader, [id]);
  return row && endpoint ? { endpoint, previousUntil: row.previousUntil } : null;
}
