/** The Stripe objects, in rows. */
import type { Transaction } from '../../../database/database.ts';
import type { Kind, Kinds } from './kinds.ts';

export interface ObjectRecords {
  find<K extends Kind>(kind: K, id: string): Promise<Kinds[K] | undefined>;
  /** The object, locked until the transaction ends. */
  lock<K extends Kind>(kind: K, id: string): Promise<Kinds[K] | undefined>;
  /**
   * Writes the object. @param dueAt when something happens to it by itself: an open checkout
   * expires, a subscription renews, an invoice is charged.
   */
  put<K extends Kind>(kind: K, id: string, body: Kinds[K], dueAt?: Date): Promise<void>;
  remove(kind: Kind, id: string): Promise<void>;
  /** Newest first. */
  list<K extends Kind>(kind: K, choice: ObjectChoice): Promise<Kinds[K][]>;
  /** Objects to which something happens by itself until now, locked, the longest due first. */
  /** The object of these kinds that was due first until then; it is not locked. */
  nextDue<K extends Kind>(kinds: readonly K[], until: Date): Promise<Due<K> | undefined>;
  lockDue<K extends Kind>(kind: K, now: Date, limit: number): Promise<Kinds[K][]>;
}

export interface Due<K extends Kind = Kind> {
  readonly kind: K;
  readonly id: string;
  readonly dueAt: Date;
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

    async put(kind, id, body, dueAt) {
      await transaction.$executeRaw`
        INSERT INTO stripe_sandbox.object (id, kind, body, expires_at)
        VALUES (${id}, ${kind}, ${JSON.stringify(body)}::jsonb, ${dueAt ?? null}::timestamptz)
        ON CONFLICT (id) DO UPDATE SET body = excluded.body, expires_at = excluded.expires_at`;
    },

    async remove(kind, id) {
      await transaction.$executeRaw`DELETE FROM stripe_sandbox.object WHERE kind = ${kind} AND id = ${id}`;
    },

    async list(kind, { where, after, limit }) {
      const rows = await transaction.$queryRaw<{ body: Kinds[typeof kind] }[]>`
        SELECT body FROM stripe_sandbox.object WHERE kind = ${kind} AND body @> ${JSON.stringify(where)}::jsonb
          AND (${after ?? null}::text IS NULL
            OR sequence < (SELECT sequence FROM stripe_sandbox.object WHERE id = ${after ?? null}::text))
        ORDER BY sequence DESC LIMIT ${limit}`;
      return rows.map(({ body }) => body);
    },

    async nextDue(kinds, until) {
      const rows = await transaction.$queryRaw<Due<(typeof kinds)[number]>[]>`
        SELECT kind, id, expires_at AS "dueAt" FROM stripe_sandbox.object
        WHERE kind = ANY(${[...kinds]}) AND expires_at <= ${until} ORDER BY expires_at, sequence LIMIT 1`;
      return rows[0];
    },

    async lockDue(kind, now, limit) {
      const rows = await transaction.$queryRaw<{ body: Kinds[typeof kind] }[]>`
        SELECT body FROM stripe_sandbox.object WHERE kind = ${kind} AND expires_at <= ${now}
        ORDER BY expires_at, sequence LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
      return rows.map(({ body }) => body);
    },
  };
}
