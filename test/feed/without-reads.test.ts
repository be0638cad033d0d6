import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type TestBrim, take } from '../support/brim.ts';
import { createCustomer, MESSAGES, openShop, useAtOnce } from '../support/shop.ts';
import { TRANSPORTS } from './transports.ts';

/** All that the entry itself says, and the names of what it is about. */
const SAID = `subscription ($customerId: ID) { balanceChanged(customerId: $customerId) {
  cause sequence
  balance { id version granted usage remaining held unlimited nextResetAt nextExpiryAt feature { id name type } customer { id } }
  entry {
    id sequence kind amount requested applied units held remainingBefore remainingAfter properties occurredAt recordedAt
    feature { id name } allocations { amount held granted unlimitedUse lost grant { id } } purchase { id } hold { id }
  }
} }`;

let brim: TestBrim;

beforeAll(async () => {
  brim = await openShop();
});
afterAll(() => brim.close());

/** A hold, posted without a wire in between. */
async function place(customerId: string): Promise<void> {
  await brim.app.domain.ledger.post({
    customerId,
    postings: [
      {
        verb: 'hold',
        holdId: `hold-of-${customerId}`,
        featureId: MESSAGES,
        amount: 1_000_000_000_000n,
        credits: [],
        expiresInMs: 60_000,
      },
    ],
  });
}

describe.each(TRANSPORTS)('a push over %s', (transport, open) => {
  it('has the entry’s data without any read of the database', async () => {
    const customerId = `reader-${transport}`;
    await createCustomer(brim, customerId);
    const messages = open(brim, SAID, { variables: { customerId } });
    await take(messages, 1);
    const { catalog, customers, purchases, ledger } = brim.app.domain;
    const asked = [
      vi.spyOn(catalog, 'feature'),
      vi.spyOn(customers, 'find'),
      vi.spyOn(purchases, 'find'),
      vi.spyOn(ledger.reads, 'grant'),
      vi.spyOn(ledger.reads, 'holdById'),
    ];
    try {
      await useAtOnce(brim, customerId);
      const [{ balanceChanged }] = await take(messages, 1);
      expect(balanceChanged).toMatchObject({
        balance: { remaining: '9', feature: { id: MESSAGES, name: 'Premium messages' }, customer: { id: customerId } },
        entry: {
          kind: 'USAGE',
          amount: '-1',
          feature: { id: MESSAGES },
          allocations: [{ amount: '-1', grant: { id: expect.any(String) } }],
          purchase: null,
        },
      });
      await place(customerId);
      const [{ balanceChanged: held }] = await take(messages, 1);
      expect(held.entry).toMatchObject({ kind: 'HOLD', hold: { id: `hold-of-${customerId}` } });
      for (const each of asked) expect(each).not.toHaveBeenCalled();
    } finally {
      for (const each of asked) each.mockRestore();
      await messages.return();
    }
  });
});
