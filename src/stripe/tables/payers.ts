/**
 * The table payer: the Stripe customer of each Brim customer, account and mode, and what Stripe has
 * yet to be told about it.
 *
 * Processes agree by it: the first to insert a row decides, and all others read it. One process at
 * a time tells Stripe about a customer, so that an older name never arrives after a newer one.
 */
import { type Database, reading, writing } from '../../database/database.ts';
import type { Payer } from '../../purchases/model/provider.ts';
import type { Realm } from '../wire/realm.ts';

/** A customer whose name or e-mail address Stripe has yet to be told. */
export interface CustomerChange extends Payer {
  readonly account: string;
  readonly live: boolean;
  readonly providerId: string;
  /** Stripe is to delete it, because the customer was erased. */
  readonly erase: boolean;
}

export interface PayerStore {
  /**
   * Stripe's id of the customer in this account and mode; else one that was stored while the
   * account was not known.
   */
  findCustomer(customerId: string, realm: Realm): Promise<string | undefined>;
  /**
   * Stores `providerId` for this payer, unless another process was first. @returns the stored id.
   */
  keepCustomer(payer: Payer, realm: Realm, providerId: string): Promise<string>;
  /** Forgets an id that Stripe does not have. A newer id stays. */
  forgetCustomer(customerId: string, providerId: string): Promise<void>;
  /**
   * Takes customers that Stripe is to be told about. No other process takes them before `noteSent`,
   * or for two minutes.
   */
  takeDueChanges(realm: Realm, limit: number): Promise<readonly CustomerChange[]>;
  /**
   * Notes that Stripe was told, or was not: then it is tried again after ever longer pauses, up to
   * six hours. A newer change is told next.
   */
  noteSent(changes: CustomerChange, isSent: boolean): Promise<void>;
}

/** The account of rows that were stored while it was not known. */
export const UNKNOWN = '';

export function payerStore(database: Database): PayerStore {
  const { client } = database;

  const find = async (customerId: string, { account, live }: Realm): Promise<string | undefined> => {
    const rows = await client.$queryRaw<{ providerId: string }[]>`
      SELECT provider_id AS "providerId" FROM payer
      WHERE customer_id = ${customerId} AND ((account = ${account ?? UNKNOWN} AND live = ${live}) OR account = ${UNKNOWN})
      ORDER BY account = ${UNKNOWN}, live <> ${live} LIMIT 1`;
    return rows[0]?.providerId;
  };

  return {
    findCustomer: (customerId, realm) => reading(() => find(customerId, realm)),

    keepCustomer: (payer, realm, providerId) =>
      writing(async () => {
        await database.transaction(async (transaction) => {
          const { customerId, customerName, customerEmail } = payer;
          // Locked, because a change at this moment would not find the new payer row.
          const [now] = await transaction.$queryRaw<{ name: string | null; email: string | null }[]>`
            SELECT name, email FROM customer WHERE id = ${customerId} FOR SHARE`;
          // It was erased meanwhile, and its id is to be kept nowhere.
          if (!now) return;
          const isSent = now.name === customerName && now.email === customerEmail;
          await transaction.$executeRaw`
            INSERT INTO payer (customer_id, account, live, provider_id, name, email, tell_at)
            VALUES (${customerId}, ${realm.account ?? UNKNOWN}, ${realm.live}, ${providerId}, ${now.name}, ${now.email},
              CASE WHEN NOT ${isSent} THEN now() END)
            ON CONFLICT (customer_id, account, live) DO NOTHING`;
        });
        return (await find(payer.customerId, realm)) ?? providerId;
      }),

    async forgetCustomer(customerId, providerId) {
      await client.payer.deleteMany({ where: { customerId, providerId } });
    },

    takeDueChanges: ({ account, live }, limit) =>
      writing(
        () => client.$queryRaw<CustomerChange[]>`
          UPDATE payer p SET telling_until = now() + interval '2 minutes', tries = p.tries + 1,
            tell_at = now() + least(power(2, least(p.tries, 9)), 360) * interval '1 minute'
          FROM (
            SELECT customer_id, account, live FROM payer
            WHERE tell_at <= now() AND (telling_until IS NULL OR telling_until <= now())
              AND ((account = ${account ?? UNKNOWN} AND live = ${live}) OR account = ${UNKNOWN})
            ORDER BY tell_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
          ) due
          WHERE (p.customer_id, p.account, p.live) = (due.customer_id, due.account, due.live)
          RETURNING p.customer_id AS "customerId", p.account, p.live, p.provider_id AS "providerId",
            p.name AS "customerName", p.email AS "customerEmail", p.erase`,
      ),

    noteSent: ({ customerId, account, live, customerName, customerEmail }, isSent) =>
      writing(async () => {
        await client.$executeRaw`
          UPDATE payer SET telling_until = NULL, tries = CASE WHEN ${isSent} THEN 0 ELSE tries END,
            tell_at = CASE
              WHEN name IS DISTINCT FROM ${customerName} OR email IS DISTINCT FROM ${customerEmail} THEN now()
              WHEN NOT ${isSent} THEN tell_at
            END
          WHERE customer_id = ${customerId} AND account = ${account} AND live = ${live}`;
      }),
  };
}
