/** The Stripe objects, in rows. */
import type { Transaction } from '../../../database/database.ts';
import type { Kind, Kinds } from './kinds.ts';

export interface ObjectRecords {
  find<K extends Kind>(kind: K, id: string): Promise<Kinds[K] | undefined>;
  /** The object, locked until the transaction ends. */
  lock<K extends Kind>(kind: K, id: string): Promise<Kinds[K] | undefined>;
  /** Writes the object. @param expiresAt when an open checkout expires. */
  put<K extends Kind>(kind: K, id: string, body: Kinds[K], expiresAt?: Date): Promise<void>;
  /** Newest first. */
  list<K extends Kind>(kind: K, choice: ObjectChoice): Promise<Kinds[K][]>;
  lockExpiredCheckouts(now: Date, limit: number): Promise<Kinds['checkout'][]>;
}

export interface ObjectChoice {
  /**
   * Fields and their values, such as `{ customer: 'cus_1' }`, or `{ session: { customer } }` of
   * checkouts. Left out or undefined values choose nothing.
   */
  readonly where: Readonly<Record<string, unknown>>;
  /** The id of the last object of the previous page. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export function objectRecords(transaction: Transaction): ObjectRecords {
  return {
    async find(kind, id) {
      const rows = await transaction.$queryRaw<{ body: Kinds[typeof kind] }[]>`
        SELECT body FROM stripe_sandbox.object WHERE kind = ${kind} AND id = ${id}`;
      return rows[0]?.body;
    },

    async lock(kind, id) {
      const rows = await transaction.$queryRaw<{ body: Kinds[typeof kind] }[]>`
        SELECT body FROM stripe_sandbox.object WHERE kind = ${kind} AND id = ${id} FOR UPDATE`;
      return rows[0]?.body;
    },

    async put(kind, id, body, expiresAt) {
      await transaction.$executeRaw`
        INSERT INTO stripe_sandbox.object (id, kind, body, expires_at)
        VALUES (${id}, ${kind}, ${JSON.stringify(body)}::jsonb, ${expiresAt ?? null}::timestamptz)
        ON CONFLICT (id) DO UPDATE SET body = excluded.body, expires_at = excluded.expires_at`;
    },

    async list(kind, { where, after, limit }) {
      const rows = await transaction.$queryRaw<{ body: Kinds[typeof kind] }[]>`
        SELECT body FROM stripe_sandbox.object WHERE kind = ${kind} AND body @> ${JSON.stringify(where)}::jsonb
          AND (${after ?? null}::text IS NULL
            OR sequence < (SELECT sequence FROM stripe_sandbox.object WHERE id = ${after ?? null}::text))
        ORDER BY sequence DESC LIMIT ${limit}`;
      return rows.map(({ body }) => body);
    },

    async lockExpiredCheckouts(now, limit) {
      const rows = await transaction.$queryRaw<{ body: Kinds['checkout'] }[]>`
        SELECT body FROM stripe_sandbox.object WHERE expires_at <= ${now} ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
      return rows.map((row) => row.body);
    },
  };
}
