/** The table webhook_event: events that are written with their causes. */
import { arrayLiteral } from '../../database/statement-values.ts';
import type { WebhookEvent } from '../model/types.ts';

/**
 * The part of a batch's WITH that writes events whose type an endpoint wants.
 * @param condition a WHERE that each row must fulfil by its customer_id; empty: none.
 */
export function eventsPart(parameters: (string | null)[], events: readonly WebhookEvent[], condition: string): string {
  const columns = [
    [events.map(({ type }) => type), 'text'],
    [events.map(({ customerId }) => customerId), 'text'],
    [events.map(({ occurredAt }) => occurredAt), 'timestamptz'],
    [events.map(({ data }) => JSON.stringify(data)), 'jsonb'],
  ] as const;
  const arrays = columns.map(([values, type]) => `$${parameters.push(arrayLiteral(values))}::${type}[]`);
  const written = `SELECT * FROM unnest(${arrays.join()}) AS rows (type, customer_id, occurred_at, data) ${condition}`;
  return eventsFrom('webhook_events', written);
}

/**
 * The same for events that another part of the statement finds.
 * @param written a SELECT of type, customer_id, occurred_at and data.
 */
export function eventsFrom(name: string, written: string): string {
  return `${name} AS (
    INSERT INTO webhook_event (id, type, customer_id, occurred_at, data)
    SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), type, customer_id, occurred_at, data
    FROM (${written}) AS written
    WHERE EXISTS (SELECT FROM webhook_endpoint e WHERE e.enabled AND written.type = ANY (e.events)))`;
}
