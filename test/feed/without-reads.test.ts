import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBrim, type TestBrim, take } from '../support/brim.ts';
import { createCustomer, MESSAGES, openShop } from '../support/story.ts';
import { use } from './shop.ts';
import { TRANSPORTS } from './transports.ts';

/** All that the entry itself says, and the names of what it is about. */
const SAID = `subscription ($customerId: ID) { balanceChanged(customerId: $customerId) {
  cause sequence
  balance { id version granted usage remaining held unlimited nextResetAt nextExpiryAt feature { id name type } customer { id } }
  entry {
    id sequence kind amount requested applied units held remainingBefore remainingAfter properties occurredAt recordedAt
    feature { id name } allocations { amount held granted unlimitedUse lost } purchase { id }
  }
} }`;

let brim: TestBrim;

beforeAll(async () => {
  brim = await openBrim();
  await openShop(brim);
});
afterAll(() => brim.close());

describe.each(TRANSPORTS)('a push over %s', (transport, open) => {
  it('says what its entry says without asking the database for anything', async () => {
    const customerId = `reader-${transport}`;
    await createCustomer(brim, customerId);
    const messages = open(brim, SAID, { variables: { customerId } });
    await take(messages, 1);
    const { catalog, customers, purchases } = brim.app.domain;
    const asked = [vi.spyOn(catalog, 'feature'), vi.spyOn(customers, 'find'), vi.spyOn(purchases, 'find')];
    try {
      await use(brim, customerId);
      const [{ balanceChanged }] = await take(messages, 1);
      expect(balanceChanged).toMatchObject({
        balance: { remaining: '9', feature: { id: MESSAGES, name: 'Premium messages' }, customer: { id: customerId } },
        entry: { kind: 'USAGE', amount: '-1', feature: { id: MESSAGES }, allocations: [{ amount: '-1' }], purchase: null },
      });
      expect(asked.flatMap(({ mock }) => mock.calls)).toEqual([]);
    } finally {
      for (const each of asked) each.mockRestore();
      await messages.return();
    }
  });
});
