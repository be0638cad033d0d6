import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestBrim, take } from '../support/brim.ts';
import { createCustomer, MESSAGES, openShop } from '../support/shop.ts';
import { overSocket, overSse } from './transports.ts';

/**
 * A buffer that subscribers share hands one customer's events to another. Here each reads the
 * ledger for itself.
 */
const CHANGES = `subscription { balanceChanged { sequence
  balance { id remaining customer { id } ledger(first: 1) { nodes { id } } }
  entry { id sequence amount remainingAfter }
} }`;
const CUSTOMERS = 20;
const ROUNDS = 15;

let brim: TestBrim;

beforeAll(async () => {
  brim = await openShop();
});
afterAll(() => brim.close());

describe('20 customers with two subscribers each, while all of them change at once', () => {
  it('see their own changes, all of them in order, and none of another', async () => {
    const customerIds = Array.from({ length: CUSTOMERS }, (_, index) => `customer-${index}`);
    await Promise.all(customerIds.map((id) => createCustomer(brim, id)));
    const readers = await Promise.all(
      customerIds.flatMap((customerId) =>
        [overSocket, overSse].map(async (open) => {
          const { token } = await brim.app.domain.access.customerTokens.issue({ customerId });
          const messages = open(brim, CHANGES, { credential: token });
          return { customerId, messages, first: await take(messages, 1) };
        }),
      ),
    );
    expect(brim.app.domain.feed.subscribers).toBe(2 * CUSTOMERS);

    const reading = Promise.all(
      readers.map(async ({ customerId, messages, first }) => {
        const changes = [...first, ...(await take(messages, ROUNDS))].map(({ balanceChanged }) => balanceChanged);
        await messages.return();
        return { customerId, changes };
      }),
    );
    // Each customer uses another amount, so that a change of another would show in every number.
    for (let round = 0; round < ROUNDS; round += 5) {
      const events = Array.from({ length: 5 }, () =>
        customerIds.map((customerId, index) => ({ customerId, featureId: MESSAGES, value: ((index + 1) / 1_000).toFixed(3) })),
      );
      await brim.data(
        `mutation ($events: [TrackInput!]!) { trackBatch(input: { events: $events }) { ... on TrackBatchSuccess { results { __typename } } } }`,
        { events: events.flat() },
      );
    }

    for (const { customerId, changes } of await reading) {
      const amount = Number(customerId.slice('customer-'.length)) + 1;
      expect(changes.map(({ sequence }) => sequence)).toEqual(Array.from({ length: ROUNDS + 1 }, (_, index) => index + 1));
      for (const { sequence, balance, entry } of changes) {
        expect(balance).toMatchObject({ id: `${customerId}/${MESSAGES}`, customer: { id: customerId } });
        expect(Number(balance.remaining)).toBeCloseTo(10 - ((sequence - 1) * amount) / 1_000, 9);
        expect(balance.ledger.nodes[0].id).toMatch(new RegExp(`^${customerId}:\\d+$`));
        if (sequence > 1)
          expect(entry).toMatchObject({ id: `${customerId}:${sequence}`, sequence, remainingAfter: balance.remaining });
      }
    }
  });
});
