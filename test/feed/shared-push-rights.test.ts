/**
 * Subscribers who share pushes: nobody gets what another may see, pays for another, or goes on with
 * a token that has ended.
 */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TEST_KEY, type TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { createCustomer, createCustomerToken, openShop, useAtOnce } from '../support/shop.ts';
import { type Messages, openReaders, SAID, takeAll } from './readers.ts';
import { overSocket, TRANSPORTS } from './transports.ts';

/** A token for a minute that was made almost a minute ago ends in a moment. */
const clock = {
  offsetMs: 0,
  /** While it stands, no budget is filled again. */
  standsAt: undefined as Date | undefined,
  now: () => clock.standsAt ?? new Date(Date.now() + clock.offsetMs),
};

let brim: TestBrim;

beforeAll(async () => {
  brim = await openShop({ clock });
});
afterAll(() => brim.close());

describe.each(TRANSPORTS)('subscribers over %s', (transport, open) => {
  it('see what their rights show, no matter which of them comes to the event first', { timeout: patience(30_000) }, async () => {
    const customerId = `rights-${transport}`;
    await createCustomer(brim, customerId);
    const token = await createCustomerToken(brim, customerId);
    const own = { credential: token, variables: { customerId } };
    const key = { credential: TEST_KEY, variables: { customerId } };
    const readers = await openReaders(brim, open, SAID, [own, key, own, key, key, own]);
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
    const readers = await openReaders(brim, open, SAID, [
      ...tokens.map((credential) => ({ credential })),
      ...ids.map((customerId) => ({ variables: { customerId } })),
    ]);
    const ALIASED = SAID.replace('remaining', 'remaining: usage');
    const aliased = await openReaders(
      brim,
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
      const keyed = await openReaders(brim, overSocket, SAID, [{ variables: { customerId } }, { variables: { customerId } }]);
      const [ending] = await openReaders(brim, overSocket, SAID, [{ credential: token }]);
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
