/**
 * The two tables that the adapter owns: which Stripe customer is whose, and the webhook events as they came.
 *
 * The first is a promise between processes: whoever writes a row first decides, and all others read it. The second is for
 * audit only; nothing is decided by it.
 */
import { type Database, reading } from '../database.ts';

export interface StripeStore {
  /** Stripe's id of the customer, if it is known. */
  findCustomer(customerId: string): Promise<string | undefined>;
  /** Keeps `providerId` unless another process was first. @returns the id that stands. */
  keepCustomer(customerId: string, providerId: string): Promise<string>;
  /** Forgets an id that Stripe does not know (any more). A newer one stays. */
  forgetCustomer(customerId: string, providerId: string): Promise<void>;
  /** Notes that an event came, once more if it came before. */
  noteEvent(event: { id: string; type: string; objectId: string | null; at: Date }): Promise<void>;
  noteHandled(eventId: string, at: Date): Promise<void>;
  noteFailure(eventId: string, failure: string): Promise<void>;
}

const FAILURE_TEXT_LIMIT = 1_000;

export function stripeStore(database: Database): StripeStore {
  const { client } = database;

  const findCustomer = async (customerId: string) => {
    const row = await client.paymentCustomer.findUnique({ where: { customerId } });
    return row?.providerId;
  };

  return {
    findCustomer: (customerId) => reading(() => findCustomer(customerId)),

    keepCustomer: (customerId, providerId) =>
      reading(async () => {
        await client.$executeRaw`
          INSERT INTO payment_customer (customer_id, provider_id) VALUES (${customerId}, ${providerId})
          ON CONFLICT (customer_id) DO NOTHING`;
        return (await findCustomer(customerId)) ?? providerId;
      }),

    async forgetCustomer(customerId, providerId) {
      await client.paymentCustomer.deleteMany({ where: { customerId, providerId } });
    },

    async noteEvent({ id, type, objectId, at }) {
      await client.$executeRaw`
        INSERT INTO payment_event (id, type, object_id, deliveries, received_at) VALUES (${id}, ${type}, ${objectId}, 1, ${at})
        ON CONFLICT (id) DO UPDATE SET deliveries = payment_event.deliveries + 1`;
    },

    async noteHandled(eventId, at) {
      await client.$executeRaw`
        UPDATE payment_event SET handled_at = COALESCE(handled_at, ${at}), failure = NULL WHERE id = ${eventId}`;
    },

    async noteFailure(eventId, failure) {
      await client.$executeRaw`
        UPDATE payment_event SET failure = ${failure.slice(0, FAILURE_TEXT_LIMIT)} WHERE id = ${eventId} AND handled_at IS NULL`;
    },
  };
}
