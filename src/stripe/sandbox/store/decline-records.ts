/** Declines that somebody ordered for the next charges. The first charge takes the oldest. */
import type { Transaction } from '../../../database/database.ts';
import type { Refusal } from '../objects/refusals.ts';

export interface DeclineRecords {
  /** @param customer the only customer whose charges it meets; null: any. */
  orderDecline(refusal: Refusal, customer: string | null): Promise<void>;
  /** Takes the decline that meets a charge of this customer. A charge that is undone leaves it. */
  takeDecline(customer: string | null): Promise<Refusal | undefined>;
  forgetDeclines(): Promise<void>;
}

export function declineRecords(transaction: Transaction): DeclineRecords {
  return {
    async orderDecline(refusal, customer) {
      await transaction.$executeRaw`
        INSERT INTO stripe_sandbox.ordered_decline (body, customer) VALUES (${JSON.stringify(refusal)}::jsonb, ${customer}::text)`;
    },

    async takeDecline(customer) {
      const rows = await transaction.$queryRaw<{ body: Refusal }[]>`
        DELETE FROM stripe_sandbox.ordered_decline WHERE sequence = (
          SELECT sequence FROM stripe_sandbox.ordered_decline WHERE customer IS NULL OR customer = ${customer}::text
          ORDER BY sequence LIMIT 1 FOR UPDATE SKIP LOCKED
        ) RETURNING body`;
      return rows[0]?.body;
    },

    async forgetDeclines() {
      await transaction.$executeRaw`DELETE FROM stripe_sandbox.ordered_decline`;
    },
  };
}
