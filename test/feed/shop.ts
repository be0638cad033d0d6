/**
 * What the tests of the feed begin with: a customer with plenty, and changes without a wire in
 * between.
 */
import type { TestBrim } from '../support/brim.ts';
import { createCustomer, grant, MESSAGES } from '../support/shop.ts';

export const CHANGES = `subscription ($customerId: ID, $featureIds: [ID!], $after: SafeInt) {
  balanceChanged(customerId: $customerId, featureIds: $featureIds, after: $after) {
    cause sequence balance { remaining version feature { id } } entry { sequence amount remainingAfter feature { id } }
  }
}`;

/** Metered features beside the shop's own. */
export async function createFeatures({ data }: Pick<TestBrim, 'data'>, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await data(
      `mutation ($id: ID!) { createFeature(input: { id: $id, name: "Another feature", type: METERED }) { __typename } }`,
      { id },
    );
  }
}

/**
 * A customer whose first entries are the shop's ten messages and a million more: its sequence is 2.
 */
export async function createRichCustomer(brim: Pick<TestBrim, 'data'>, id: string): Promise<void> {
  await createCustomer(brim, id);
  await grant(brim, { customerId: id, amount: '1000000' });
}

/** As many uses of one, posted at once: a batch of entries, or a few. */
export async function use(
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
