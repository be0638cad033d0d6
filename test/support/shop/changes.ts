/**
 * What the tests of the feed begin with: a customer with plenty, and changes without a wire in
 * between.
 */
import type { TestBrim } from '../brim.ts';
import { grant } from './balances.ts';
import { MESSAGES } from './catalogue.ts';
import { createCustomer } from './customers.ts';

export const CHANGES = `subscription ($customerId: ID, $featureIds: [ID!], $after: SafeInt) {
  balanceChanged(customerId: $customerId, featureIds: $featureIds, after: $after) {
    cause sequence balance { remaining version feature { id } } entry { sequence amount remainingAfter feature { id } }
  }
}`;

/**
 * A customer whose first entries are the shop's ten messages and a million more: its sequence is 2.
 */
export async function createRichCustomer(brim: Pick<TestBrim, 'data'>, id: string): Promise<void> {
  await createCustomer(brim, id);
  await grant(brim, { customerId: id, amount: '1000000' });
}

/** As many uses of one, posted at once: a batch of entries, or a few. */
export async function useAtOnce(
  brim: TestBrim,
  customerId: string,
  count = 1,
  properties: { text: string } | null = null,
): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, () =>
      brim.app.domain.ledger.post({
        customerId,
        postings: [
          {
            verb: 'track',
            featureId: MESSAGES,
            amount: 1_000_000_000_000n,
            onShortfall: 'REJECT',
            credits: [],
            properties,
            occurredAt: null,
          },
        ],
      }),
    ),
  );
}
