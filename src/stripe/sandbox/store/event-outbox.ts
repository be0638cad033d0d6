import type { Database } from '../../../database/database.ts';
import type { StoredEvent } from './event-records.ts';

/** The events that wait for delivery. Each function is one statement. */
export interface Outbox {
  /**
   * Takes due events, oldest first, until `leaseEndsAt`. After that, another process may take them.
   */
  claim(claim: { now: Date; leaseEndsAt: Date; limit: number }): Promise<StoredEvent[]>;
  delivered(eventId: string, at: Date): Promise<void>;
  /** @param nextAttemptAt null where delivery is given up. */
  failed(eventId: string, failure: string, nextAttemptAt: Date | null): Promise<void>;
  pending(): Promise<StoredEvent[]>;
  find(eventId: string): Promise<StoredEvent | undefined>;
  /** When the next event or checkout is due; undefined where none is. */
  nextDueAt(): Promise<Date | undefined>;
}

export function sandboxOutbox({ client }: Database): Outbox {
  return {
    claim: async ({ now, leaseEndsAt, limit }) => {
      const rows = await client.$queryRaw<StoredEvent[]>`
        UPDATE stripe_sandbox.event SET attempts = attempts + 1, next_attempt_at = ${leaseEndsAt}
        WHERE id IN (
          SELECT id FROM stripe_sandbox.event WHERE next_attempt_at <= ${now} ORDER BY sequence LIMIT ${limit} FOR UPDATE SKIP LOCKED
        )
        RETURNING sequence, id, type, object_id AS "objectId", payload, attempts`;
      return rows.sort((a, b) => Number(a.sequence - b.sequence));
    },

    async delivered(eventId, at) {
      await client.$executeRaw`
        UPDATE stripe_sandbox.event SET delivered_at = ${at}, next_attempt_at = NULL, failure = NULL WHERE id = ${eventId}`;
    },

    async failed(eventId, failure, nextAttemptAt) {
      await client.$executeRaw`
        UPDATE stripe_sandbox.event SET failure = ${failure}, next_attempt_at = ${nextAttemptAt}::timestamptz
        WHERE id = ${eventId} AND delivered_at IS NULL`;
    },

    pending: () =>
      client.$queryRaw<StoredEvent[]>`
        SELECT sequence, id, type, object_id AS "objectId", payload, attempts FROM stripe_sandbox.event
        WHERE next_attempt_at IS NOT NULL ORDER BY sequence`,

    async find(eventId) {
      const rows = await client.$queryRaw<StoredEvent[]>`
        SELECT sequence, id, type, object_id AS "objectId", payload, attempts FROM stripe_sandbox.event WHERE id = ${eventId}`;
      return rows[0];
    },

    async nextDueAt() {
      const rows = await client.$queryRaw<{ due: Date | null }[]>`
        SELECT LEAST(
          (SELECT min(next_attempt_at) FROM stripe_sandbox.event WHERE next_attempt_at IS NOT NULL),
          (SELECT min(expires_at) FROM stripe_sandbox.object WHERE expires_at IS NOT NULL)
        ) AS due`;
      return rows[0]?.due ?? undefined;
    },
  };
}
