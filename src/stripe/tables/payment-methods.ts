/**
 * The table payer: the payment method that each customer has saved, in each account and mode.
 *
 * Brim records what it reads from Stripe, and nothing else. Reads of one customer may overlap, in
 * several processes; so each has a number, and its answer is recorded only if no read with a higher
 * number has answered.
 */
import { type Database, writing } from '../../database/database.ts';
import { gather, type Load } from '../../database/loader.ts';
import type { MethodOutcome, SavedMethod } from '../../purchases/model/provider-methods.ts';
import type { Realm } from '../wire/realm.ts';
import { UNKNOWN } from './payers.ts';

/** A saved method as Stripe describes it. */
export interface MethodFacts extends Omit<SavedMethod, 'failed'> {
  /** Equal for one card, however often it is saved; null where Stripe gives none. */
  readonly fingerprint: string | null;
}

/** A read of a customer's method that is about to begin. */
export interface MethodRead {
  readonly customerId: string;
  /** Stripe's id of the customer. */
  readonly providerId: string;
  readonly number: number;
}

export interface MethodStore {
  /** The saved method of a customer in an account and mode; null where there is none. */
  readonly savedMethod: Load<{ readonly customerId: string; readonly realm: Realm }, SavedMethod | null>;
  /** Call it before reading. @returns undefined where no customer of Brim pays as `providerId`. */
  beginRead(providerId: string, realm: Realm): Promise<MethodRead | undefined>;
  /**
   * Records what was read: null where the customer has no method. That a method failed is forgotten
   * where it is another card, or expires at another time.
   */
  keepMethod(read: MethodRead, realm: Realm, method: MethodFacts | null): Promise<void>;
  noteMethodOutcome(outcome: MethodOutcome, realm: Realm): Promise<void>;
}

interface MethodRow {
  readonly methodId: string | null;
  readonly type: string | null;
  readonly brand: string | null;
  readonly last4: string | null;
  readonly expiresMonth: number | null;
  readonly expiresYear: number | null;
  readonly failed: boolean | null;
}

export function methodStore({ client }: Database): MethodStore {
  return {
    savedMethod: gather(async (asked) => {
      const rows = await client.$queryRawUnsafe<MethodRow[]>(
        `SELECT p.method_id AS "methodId", p.method_type AS type, p.method_brand AS brand, p.method_last4 AS last4,
           p.method_expires_month AS "expiresMonth", p.method_expires_year AS "expiresYear", p.method_failed AS failed
         FROM unnest($1::text[], $2::text[], $3::boolean[]) WITH ORDINALITY AS asked (customer_id, account, live, place)
         LEFT JOIN LATERAL (
           SELECT * FROM payer x WHERE x.customer_id = asked.customer_id
             AND ((x.account = asked.account AND x.live = asked.live) OR x.account = $4)
           ORDER BY x.account = $4, x.live <> asked.live LIMIT 1
         ) p ON true ORDER BY asked.place`,
        asked.map(({ customerId }) => customerId),
        asked.map(({ realm }) => realm.account ?? UNKNOWN),
        asked.map(({ realm }) => realm.live),
        UNKNOWN,
      );
      return rows.map(toSavedMethod);
    }),

    beginRead: (providerId, { account, live }) =>
      writing(async () => {
        const rows = await client.$queryRaw<{ customerId: string; number: number }[]>`
          UPDATE payer SET method_asked = method_asked + 1
          WHERE provider_id = ${providerId} AND ((account = ${account ?? UNKNOWN} AND live = ${live}) OR account = ${UNKNOWN})
          RETURNING customer_id AS "customerId", method_asked AS number`;
        return rows[0] && { ...rows[0], providerId };
      }),

    keepMethod: ({ providerId, number }, { account, live }, method) =>
      writing(async () => {
        const { methodId, type, brand, last4, expiresMonth, expiresYear, fingerprint } = method ?? NO_METHOD;
        await client.$executeRaw`
          UPDATE payer SET method_answered = ${number}, method_id = ${methodId}, method_type = ${type},
            method_brand = ${brand}, method_last4 = ${last4}, method_expires_month = ${expiresMonth},
            method_expires_year = ${expiresYear}, method_fingerprint = ${fingerprint},
            method_failed = method_failed
              AND coalesce(method_fingerprint, method_id) IS NOT DISTINCT FROM coalesce(${fingerprint}, ${methodId})
              AND method_expires_month IS NOT DISTINCT FROM ${expiresMonth}::int
              AND method_expires_year IS NOT DISTINCT FROM ${expiresYear}::int
          WHERE provider_id = ${providerId} AND ((account = ${account ?? UNKNOWN} AND live = ${live}) OR account = ${UNKNOWN})
            AND method_answered < ${number}`;
      }),

    noteMethodOutcome: ({ customerId, methodId, failed }, { account, live }) =>
      writing(async () => {
        await client.$executeRaw`
          UPDATE payer SET method_failed = ${failed}
          WHERE customer_id = ${customerId} AND method_id = ${methodId} AND method_failed <> ${failed}
            AND ((account = ${account ?? UNKNOWN} AND live = ${live}) OR account = ${UNKNOWN})`;
      }),
  };
}

const NO_METHOD = {
  ...{ methodId: null, type: null, brand: null, last4: null },
  ...{ expiresMonth: null, expiresYear: null, fingerprint: null },
};

function toSavedMethod({ methodId, type, brand, last4, expiresMonth, expiresYear, failed }: MethodRow): SavedMethod | null {
  if (methodId === null || type === null) return null;
  return { methodId, type, brand: brand ?? type, last4: last4 ?? '', expiresMonth, expiresYear, failed: failed === true };
}
