/**
 * Many subscribers of one customer: what one event says is worked out once for equal selections,
 * and what it reads is never older than its reader has seen.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type TestBrim, take } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { createCustomer, createRichCustomer, MESSAGES, openShop, seedAnd, useAtOnce } from '../support/shop.ts';
import { type Messages, openReaders, SAID, takeAll } from './readers.ts';
import { type Subscription, TRANSPORTS } from './transports.ts';

const READERS = 12;
const READ =
  'subscription ($customerId: ID) { balanceChanged(customerId: $customerId) { balance { remaining grants { remaining } } } }';

let brim: TestBrim;
let named: ReturnType<typeof vi.spyOn>;
let granted: ReturnType<typeof vi.spyOn>;

beforeAll(async () => {
  brim = await openShop({ catalogue: seedAnd({ features: ['seats'] }) });
  const { catalog, ledger } = brim.app.domain;
  named = vi.spyOn(catalog, 'rememberedFeature');
  granted = vi.spyOn(ledger.reads, 'openGrants');
});
beforeEach(() => {
  named.mockClear();
  granted.mockClear();
});
afterAll(() => brim.close());

const readersOf = (customerId: string): readonly Subscription[] =>
  Array.from({ length: READERS }, () => ({ variables: { customerId } }));

describe.each(TRANSPORTS)('subscribers over %s', (transport, open) => {
  it('with equal selections share one execution of each event', { timeout: patience(30_000) }, async () => {
    const customerId = `shared-${transport}`;
    await createCustomer(brim, customerId);
    const readers = await openReaders(brim, open, SAID, readersOf(customerId));
    named.mockClear();
    for (const remaining of ['9', '8', '7']) {
      await useAtOnce(brim, customerId);
      const changes = await takeAll(readers);
      expect(changes).toEqual(changes.map(() => expect.objectContaining({ balance: expect.objectContaining({ remaining }) })));
    }
    expect(named).toHaveBeenCalledTimes(3);
  });

  it('share the reads of a push, and read again for the next', { timeout: patience(30_000) }, async () => {
    const customerId = `reading-${transport}`;
    await createCustomer(brim, customerId);
    const readers = await openReaders(brim, open, READ, readersOf(customerId));
    granted.mockClear();
    for (const remaining of ['9', '8']) {
      await useAtOnce(brim, customerId);
      const changes = await takeAll(readers);
      expect(changes).toEqual(changes.map(() => ({ balance: { remaining, grants: [{ remaining }] } })));
    }
    expect(granted.mock.calls.length).toBeLessThan(2 * READERS);
  });

  it('read nothing older than the message, and nothing older than before', { timeout: patience(60_000) }, async () => {
    const customerId = `pace-${transport}`;
    await createRichCustomer(brim, customerId);
    const readers = await openReaders(brim, open, READ, readersOf(customerId));
    const heard = readers.map(async (messages, reader) => {
      const changes: { remaining: number; read: number }[] = [];
      while (changes.length < 40) {
        const [{ balanceChanged }] = await take(messages, 1);
        const { remaining, grants } = balanceChanged.balance;
        const read = grants.reduce((sum: number, grant: { remaining: string }) => sum + Number(grant.remaining), 0);
        changes.push({ remaining: Number(remaining), read });
        // Half of them are slower, and come to an event when others have had it.
        if (reader % 2 === 1) await new Promise((resolve) => setImmediate(resolve));
      }
      return changes;
    });
    for (let change = 0; change < 40; change += 1) await useAtOnce(brim, customerId);
    for (const changes of await Promise.all(heard)) {
      const older = changes.filter(
        ({ remaining, read }, index) => read > remaining || read > (changes[index - 1]?.read ?? Number.POSITIVE_INFINITY),
      );
      expect(older).toEqual([]);
    }
  });

  it('with other variables of the selection get their own, and with another "after" share', {
    timeout: patience(30_000),
  }, async () => {
    const customerId = `variables-${transport}`;
    await createCustomer(brim, customerId);
    const INCLUDED = `subscription ($customerId: ID, $with: Boolean!, $without: Boolean = false, $used: Boolean) {
      balanceChanged(customerId: $customerId) {
        sequence @skip(if: $without) balance @include(if: $with) { remaining } balance { granted grants(includeUsedUp: $used) { id } }
      }
    }`;
    const selected = [{ with: true }, { with: false }, { with: true, without: true }, { with: true, used: true }, { with: true }];
    const readers = await openReaders(
      brim,
      open,
      INCLUDED,
      selected.map((variables) => ({ variables: { customerId, ...variables } })),
    );
    await useAtOnce(brim, customerId);
    const fields = (await takeAll(readers)).map(({ sequence, balance }) => [sequence, ...Object.keys(balance)]);
    expect(fields).toEqual([
      [2, 'remaining', 'granted', 'grants'],
      [2, 'granted', 'grants'],
      [undefined, 'remaining', 'granted', 'grants'],
      [2, 'remaining', 'granted', 'grants'],
      [2, 'remaining', 'granted', 'grants'],
    ]);
    const resumed = await openReaders(
      brim,
      open,
      SAID,
      [0, 1].map((after) => ({ variables: { customerId, after } })),
    );
    await Promise.all(resumed.map((messages, after) => take(messages, 2 - after)));
    named.mockClear();
    await useAtOnce(brim, customerId);
    expect((await takeAll(resumed)).map(({ sequence }) => sequence)).toEqual([3, 3]);
    expect(named).toHaveBeenCalledTimes(1);
  });

  it('of another feature cost nothing', async () => {
    const customerId = `idle-${transport}`;
    await createCustomer(brim, customerId);
    const OTHER = `subscription ($customerId: ID) { balanceChanged(customerId: $customerId, featureIds: ["seats"]) {
      sequence balance { feature { name } }
    } }`;
    const [seats] = await openReaders(brim, open, OTHER, [{ variables: { customerId } }]);
    const [messages] = await openReaders(brim, open, SAID, [{ variables: { customerId } }]);
    named.mockClear();
    await useAtOnce(brim, customerId, 3);
    await take(messages as Messages, 3);
    expect(named.mock.calls).toEqual([1, 2, 3].map(() => [MESSAGES]));
    await seats?.return();
  });
});
