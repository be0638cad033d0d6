/** The sandbox's state in Postgres. A change and the events about it are one transaction. */
import type Stripe from 'stripe';
import type { Database, Transaction } from '../../database/database.ts';
import type { CheckoutRecord } from './checkout-record.ts';
import { type EventDraft, toEvent } from './new-event.ts';
import { SANDBOX_LOCK, SANDBOX_TABLES } from './tables.ts';

interface Kinds {
  readonly customer: Stripe.Customer;
  readonly product: Stripe.Product;
  readonly price: Stripe.Price;
  readonly checkout: CheckoutRecord;
}

/** What one transaction can read and write. */
export interface Records {
  find<Kind extends keyof Kinds>(kind: Kind, id: string): Promise<Kinds[Kind] | undefined>;
  put<Kind extends keyof Kinds>(kind: Kind, id: string, body: Kinds[Kind], expiresAt?: Date): Promise<void>;
  /** The checkout, locked until the transaction ends. */
  lockCheckout(sessionId: string): Promise<CheckoutRecord | undefined>;
  lockExpiredCheckouts(now: Date, limit: number): Promise<CheckoutRecord[]>;
  findIntent(intentId: string): Promise<Stripe.PaymentIntent | undefined>;
  addEvent(draft: EventDraft, now: Date): Promise<void>;
  findEvent(eventId: string): Promise<StoredEvent | undefined>;
  listEvents(choice: { type: string | undefined; before: bigint | undefined; limit: number }): Promise<StoredEvent[]>;
  /**
   * Takes an idempotency key. It waits while another transaction has the key. @returns false where
   * the key was used before.
   */
  takeKey(key: string, fingerprint: string, now: Date): Promise<boolean>;
  findAnswer(key: string): Promise<{ fingerprint: string; status: number; answer: string | null } | undefined>;
  keepAnswer(key: string, answer: { readonly status: number; readonly json: string }): Promise<void>;
  /** Runs `work`. If it throws, its writes are undone and the transaction can go on. */
  attempt<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Newest first; `before` is the last one of the previous page. */
  listCheckouts(choice: CheckoutChoice): Promise<CheckoutRecord[]>;
}

export interface CheckoutChoice {
  readonly customer: string | undefined;
  readonly intent: string | undefined;
  readonly before: CheckoutRecord | undefined;
  readonly limit: number;
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

/** Stripe keeps a key for at least a day. */
const KEY_LIFE_MS = 24 * 60 * 60 * 1_000;

/** Makes the tables where they are missing. Several processes may do so at once. */
export async function createSandboxTables(database: Database): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${SANDBOX_LOCK}::bigint)`;
    for (const statement of SANDBOX_TABLES) await transaction.$executeRawUnsafe(statement);
  });
}

export function sandboxRecords(transaction: Transaction): Records {
  return {
    async find(kind, id) {
      const rows = await transaction.$queryRaw<{ body: Kinds[typeof kind] }[]>`
        SELECT body FROM stripe_sandbox.object WHERE kind = ${kind} AND id = ${id}`;
      return rows[0]?.body;
    },

    async put(kind, id, body, expiresAt) {
      await transaction.$executeRaw`
        INSERT INTO stripe_sandbox.object (id, kind, body, expires_at)
        VALUES (${id}, ${kind}, ${JSON.stringify(body)}::jsonb, ${expiresAt ?? null}::timestamptz)
        ON CONFLICT (id) DO UPDATE SET body = excluded.body, expires_at = excluded.expires_at`;
    },

    async lockCheckout(sessionId) {
      const rows = await transaction.$queryRaw<{ body: CheckoutRecord }[]>`
        SELECT body FROM stripe_sandbox.object WHERE kind = 'checkout' AND id = ${sessionId} FOR UPDATE`;
      return rows[0]?.body;
    },

    async lockExpiredCheckouts(now, limit) {
      const rows = await transaction.$queryRaw<{ body: CheckoutRecord }[]>`
        SELECT body FROM stripe_sandbox.object WHERE expires_at <= ${now} ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
      return rows.map((row) => row.body);
    },

    async findIntent(intentId) {
      const rows = await transaction.$queryRaw<{ body: CheckoutRecord }[]>`
        SELECT body FROM stripe_sandbox.object WHERE kind = 'checkout' AND body #>> '{intent,id}' = ${intentId}`;
      return rows[0]?.body.intent ?? undefined;
    },

    async addEvent(draft, now) {
      const event = toEvent(draft, now);
      await transaction.$executeRaw`
        INSERT INTO stripe_sandbox.event (id, type, object_id, payload, next_attempt_at)
        VALUES (${event.id}, ${event.type}, ${draft.object.id}, ${JSON.stringify(event)}, ${now})`;
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

    async takeKey(key, fingerprint, now) {
      const forgotten = new Date(now.getTime() - KEY_LIFE_MS);
      await transaction.$executeRaw`DELETE FROM stripe_sandbox.idempotency_key WHERE key = ${key} AND created_at <= ${forgotten}`;
      const taken = await transaction.$executeRaw`
        INSERT INTO stripe_sandbox.idempotency_key (key, fingerprint, created_at) VALUES (${key}, ${fingerprint}, ${now})
        ON CONFLICT (key) DO NOTHING`;
      return taken === 1;
    },

    async findAnswer(key) {
      const rows = await transaction.$queryRaw<{ fingerprint: string; status: number; answer: string | null }[]>`
        SELECT fingerprint, status, answer FROM stripe_sandbox.idempotency_key WHERE key = ${key}`;
      return rows[0];
    },

    async keepAnswer(key, answer) {
      await transaction.$executeRaw`
        UPDATE stripe_sandbox.idempotency_key SET answer = ${answer.json}, status = ${answer.status} WHERE key = ${key}`;
    },

    async attempt(work) {
      await transaction.$executeRaw`SAVEPOINT sandbox_call`;
      try {
        return await work();
      } catch (error) {
        await transaction.$executeRaw`ROLLBACK TO SAVEPOINT sandbox_call`;
        throw error;
      }
    },

    async listCheckouts({ customer, intent, before, limit }) {
      const [created, id] = [before?.session.created ?? null, before?.session.id ?? null];
      const rows = await transaction.$queryRaw<{ body: CheckoutRecord }[]>`
        SELECT body FROM stripe_sandbox.object WHERE kind = 'checkout'
          AND (${customer ?? null}::text IS NULL OR body #>> '{session,customer}' = ${customer ?? null}::text)
          AND (${intent ?? null}::text IS NULL OR body #>> '{intent,id}' = ${intent ?? null}::text)
          AND (${id}::text IS NULL OR ((body #>> '{session,created}')::bigint, id) < (${created}::bigint, ${id}::text))
        ORDER BY (body #>> '{session,created}')::bigint DESC, id DESC LIMIT ${limit}`;
      return rows.map((row) => row.body);
    },
  };
}
