/**
 * What the adapter stores besides payers and their methods: the id of this installation, and the
 * webhook events as they came.
 *
 * Processes agree by the first: the first to insert the row decides, and all others read it. The
 * events are for audit only; nothing depends on them.
 */
import { randomUUID } from 'node:crypto';
import { type Database, writing } from '../../database/database.ts';
import { type PayerStore, payerStore } from './payers.ts';
import { type MethodStore, methodStore } from './payment-methods.ts';

/** What Brim did with an event: acted, or ignored it as no concern of Brim. */
export type EventOutcome = 'HANDLED' | 'IGNORED';

export interface StripeStore extends PayerStore, MethodStore {
  /** The id of this installation; made at the first call. */
  installationId(): Promise<string>;
  /** Notes that an event came, and counts its deliveries. */
  noteEvent(event: { id: string; type: string; objectId: string | null; at: Date }): Promise<void>;
  noteOutcome(eventId: string, outcome: EventOutcome, note: string | null, at: Date): Promise<void>;
  noteFailure(eventId: string, failure: string): Promise<void>;
}

const FAILURE_TEXT_LIMIT = 1_000;

export function stripeStore(database: Database): StripeStore {
  const { client } = database;

  return {
    ...payerStore(database),
    ...methodStore(database),

    installationId: () =>
      writing(async () => {
        await client.$executeRaw`INSERT INTO installation (id, installation_id) VALUES (1, ${newInstallationId()}) ON CONFLICT DO NOTHING`;
        return (await client.installation.findUniqueOrThrow({ where: { id: 1 } })).installationId;
      }),

    async noteEvent({ id, type, objectId, at }) {
      await client.$executeRaw`
        INSERT INTO payment_event (id, type, object_id, deliveries, received_at) VALUES (${id}, ${type}, ${objectId}, 1, ${at})
        ON CONFLICT (id) DO UPDATE SET deliveries = payment_event.deliveries + 1`;
    },

    async noteOutcome(eventId, outcome, note, at) {
      await client.$executeRaw`
        UPDATE payment_event SET handled_at = COALESCE(handled_at, ${at}), failure = NULL, outcome = ${outcome}, note = ${note}
        WHERE id = ${eventId}`;
    },

    async noteFailure(eventId, failure) {
      await client.$executeRaw`
        UPDATE payment_event SET failure = ${failure.slice(0, FAILURE_TEXT_LIMIT)} WHERE id = ${eventId} AND handled_at IS NULL`;
    },
  };
}

/** Short, because it is a part of every idempotency key. */
function newInstallationId(): string {
  return `inst_${randomUUID().replaceAll('-', '').slice(0, 20)}`;
}
