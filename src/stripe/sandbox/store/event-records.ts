/** The events, in rows. A change and the events about it are one transaction. */
import type { Transaction } from '../../../database/database.ts';
import { type EventDraft, toEvent } from './new-event.ts';
import { isSubscribed } from './subscribed-events.ts';

export interface EventRecords {
  /** Stores an event, and has it delivered if the webhook has subscribed to its type. */
  addEvent(draft: EventDraft, now: Date): Promise<void>;
  /** That of the newest event; 0 where there is none. */
  lastSequence(): Promise<bigint>;
  findEvent(eventId: string): Promise<StoredEvent | undefined>;
  /** Newest first. */
  listEvents(choice: { type: string | undefined; before: bigint | undefined; limit: number }): Promise<StoredEvent[]>;
}

export interface StoredEvent {
  readonly sequence: bigint;
  readonly id: string;
  readonly type: string;
  readonly objectId: string;
  readonly payload: string;
  /** How often it was posted so far. */
  readonly attempts: number;
}

export function eventRecords(transaction: Transaction): EventRecords {
  return {
    async addEvent(draft, now) {
      const event = toEvent(draft, now);
      const dueAt = isSubscribed(draft.type) ? now : null;
      await transaction.$executeRaw`
        INSERT INTO stripe_sandbox.event (id, type, object_id, payload, next_attempt_at)
        VALUES (${event.id}, ${event.type}, ${draft.object.id}, ${JSON.stringify(event)}, ${dueAt}::timestamptz)`;
    },

    async lastSequence() {
      const rows = await transaction.$queryRaw<{ last: bigint | null }[]>`SELECT max(sequence) AS last FROM stripe_sandbox.event`;
      return rows[0]?.last ?? 0n;
    },

    async findEvent(eventId) {
      const rows = await transaction.$queryRaw<StoredEvent[]>`
        SELECT sequence, id, type, object_id AS "objectId", payload, attempts FROM stripe_sandbox.event WHERE id = ${eventId}`;
      return rows[0];
    },

    listEvents: ({ type, before, limit }) =>
      transaction.$queryRaw<StoredEvent[]>`
        SELECT sequence, id, type, object_id AS "objectId", payload, attempts FROM stripe_sandbox.event
        WHERE (${type ?? null}::text IS NULL OR type = ${type ?? null}::text)
          AND (${before ?? null}::bigint IS NULL OR sequence < ${before ?? null}::bigint)
        ORDER BY sequence DESC LIMIT ${limit}`,
  };
}
