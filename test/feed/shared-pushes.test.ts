/**
 * Many subscribers of one customer: what one event says is worked out once for equal selections,
 * and nobody gets what another may see.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { TEST_KEY, type TestBrim, take } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { createCustomer, createCustomerToken, MESSAGES, openShop, seedAnd, useAtOnce } from '../support/shop.ts';
import { type Open, overSocket, type Subscription, TRANSPORTS } from './transports.ts';

const READERS = 12;
const SAID = `subscription ($customerId: ID, $after: SafeInt) { balanceChanged(customerId: $customerId, after: $after) {
  sequence balance { remaining version feature { id name } } entry { properties }
} }`;
const READ =
  'subscription ($customerId: ID) { balanceChanged(customerId: $customerId) { balance { remaining grants { remaining } } } }';

/** A token for a minute that was made almost a minute ago ends in a moment. */
const clock = {
  offsetMs: 0,
  /** While it stands, no budget is filled again. */
  standsAt: undefined as Date | undefined,
  now: () => clock.standsAt ?? new Date(Date.now() + clock.offsetMs),
};
let brim: TestBrim;
let named: ReturnType<typeof vi.spyOn>;
let granted: ReturnType<typeof vi.spyOn>;

beforeAll(async () => {
  brim = await openShop({ clock, catalogue: seedAnd({ features: ['seats'] }) });
  const { catalog, ledger } = brim.app.domain;
  named = vi.spyOn(catalog, 'rememberedFeature');
  granted = vi.spyOn(ledger.reads, 'openGrants');
});
beforeEach(() => {
  named.mockClear();
  granted.mockClear();
});
afterAll(() => brim.close());

type Messages = ReturnType<Open>;

/** Opens them one by one, each with its snapshot taken, so that all wait for the next event. */
async function openReaders(open: Open, query: string, subscriptions: readonly Subscription[]): Promise<readonly Messages[]> {
  const readers: Messages[] = [];
  for (const subscription of subscriptions) {
    const messages = open(brim, query, subscription);
    onTestFinished(async () => void (await messages.return()));
    readers.push(messages);
    if (subscription.variables?.['after'] === undefined) await take(messages, 1);
  }
  return readers;
}

const takeAll = async (readers: readonly Messages[]) =>
  (await Promise.all(readers.map((messages) => take(messages, 1)))).map(([message]) => message.balanceChanged);

const readersOf = (customerId: string): readonly Subscription[] =>
  Array.from({ length: READERS }, () => ({ variables: { customerId } }));

describe.each(TRANSPORTS)('subscribers over %s', (transport, open) => {
  it('with equal selections share one execution of each event', { timeout: patience(30_000) }, async () => {
    const customerId = `shared-${transport}`;
    await createCustomer(brim, customerId);
    const readers = await openReaders(open, SAID, readersOf(customerId));
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
    const readers = await openReaders(open, READ, readersOf(customerId));
    granted.mockClear();
    for (const remaining of ['9', '8']) {
      await useAtOnce(brim, customerId);
      const changes = await takeAll(readers);
      expect(changes).toEqual(changes.map(() => ({ balance: { remaining, grants: [{ remaining }] } })));
    }
    expect(granted.mock.calls.length).toBeLessThan(2 * READERS);
  });

  it('see what their rights show, whoever comes to the event first', { timeout: patience(30_000) }, async () => {
    const customerId = `rights-${transport}`;
    await createCustomer(brim, customerId);
    const token = await createCustomerToken(brim, customerId);
    const own = { credential: token, variables: { customerId } };
    const key = { credential: TEST_KEY, variables: { customerId } };
    const readers = await openReaders(open, SAID, [own, key, own, key, key, own]);
    for (const text of ['one', 'two']) {
      await useAtOnce(brim, customerId, 1, { text });
      const properties = (await takeAll(readers)).map(({ entry }) => entry.properties);
      expect(properties).toEqual([null, { text }, null, { text }, { text }, null]);
    }
  });

  it('of two customers get their own, and with two documents each its own', { timeout: patience(30_000) }, async () => {
    const ids = [`one-${transport}`, `two-${transport}`];
    for (const id of ids) await createCustomer(brim, id);
    const tokens = await Promise.all(ids.map((id) => createCustomerToken(brim, id)));
    const readers = await openReaders(open, SAID, [
      ...tokens.map((credential) => ({ credential })),
      ...ids.map((customerId) => ({ variables: { customerId } })),
    ]);
    const ALIASED = SAID.replace('remaining', 'remaining: usage');
    const aliased = await openReaders(
      open,
      ALIASED,
      ids.map((customerId) => ({ variables: { customerId } })),
    );
    await Promise.all([useAtOnce(brim, ids[0] ?? ''), useAtOnce(brim, ids[1] ?? '', 1, { text: 'of two' })]);
    const changes = await takeAll([...readers, ...aliased]);
    expect(changes.map(({ balance, entry }) => [balance.remaining, entry.properties])).toEqual([
      ['9', null],
      ['9', null],
      ['9', null],
      ['9', { text: 'of two' }],
      ['1', null],
      ['1', { text: 'of two' }],
    ]);
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
    const [seats] = await openReaders(open, OTHER, [{ variables: { customerId } }]);
    const [messages] = await openReaders(open, SAID, [{ variables: { customerId } }]);
    named.mockClear();
    await useAtOnce(brim, customerId, 3);
    await take(messages as Messages, 3);
    expect(named.mock.calls).toEqual([1, 2, 3].map(() => [MESSAGES]));
    await seats?.return();
  });
});

describe('a token that ends', () => {
  it.each(['revoked', 'expired'] as const)(
    'because it is %s gets nothing more, and those who shared with it go on',
    {
      timeout: patience(60_000),
    },
    async (how) => {
      const customerId = `${how}-token`;
      await createCustomer(brim, customerId);
      const { customerTokens } = brim.app.domain.access;
      clock.offsetMs = how === 'expired' ? -(60_000 - patience(2_000)) : 0;
      const { token } = await customerTokens.issue({ customerId, expiresInSeconds: 60 });
      clock.offsetMs = 0;
      const keyed = await openReaders(overSocket, SAID, [{ variables: { customerId } }, { variables: { customerId } }]);
      const [ending] = await openReaders(overSocket, SAID, [{ credential: token }]);
      await useAtOnce(brim, customerId);
      expect((await takeAll([...keyed, ending as Messages])).map(({ sequence }) => sequence)).toEqual([2, 2, 2]);
      const ended = expect(ending?.next()).rejects.toMatchObject({ code: 4403 });
      if (how === 'revoked') {
        const REVOKE = 'mutation ($id: ID!) { revokeCustomerTokens(input: { customerId: $id }) { __typename } }';
        await brim.data(REVOKE, { id: customerId });
      }
      await ended;
      await useAtOnce(brim, customerId);
      expect((await takeAll(keyed)).map(({ sequence }) => sequence)).toEqual([3, 3]);
    },
  );
});

describe('the cost of a shared push', () => {
  it('is charged to each who gets it', { timeout: patience(30_000) }, async () => {
    await createCustomer(brim, 'charged');
    const token = await createCustomerToken(brim, 'charged');
    const query = 'subscription { balanceChanged { sequence } }';
    const readers = [1, 2].map(() => brim.socket(token).iterate({ query }));
    for (const reader of readers) await reader.next();
    clock.standsAt = new Date();
    onTestFinished(() => {
      clock.standsAt = undefined;
    });
    await useAtOnce(brim, 'charged');
    const costs = await Promise.all(
      readers.map(async (reader) => {
        const { value } = await reader.next();
        return value.extensions.cost as { readonly cost: number; readonly remaining: number };
      }),
    );
    const [first, second] = costs.map(({ remaining }) => remaining).sort((a, b) => b - a);
    expect((first ?? 0) - (second ?? 0)).toBe(costs[0]?.cost);
  });
});
