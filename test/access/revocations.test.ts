/** Revoking customer tokens, through the public API and in every process on the database. */
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openRevocations } from '../../src/access/revocations.ts';
import { openDatabase } from '../../src/database/database.ts';
import { openLog } from '../../src/platform/log.ts';
import { resultsOverSse } from '../feed/transports.ts';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { patience } from '../support/deadlines.ts';
import { createCustomer, createCustomerToken, fillShop } from '../support/shop.ts';

const VIEWER = '{ viewer { id } }';
const CHANGES = 'subscription { balanceChanged { cause } }';
/** The other processes read once a second, and the machine may be busy. */
const SOON = { timeout: patience(20_000), interval: 20 };

describe('revokeCustomerTokens', () => {
  let brim: TestBrim;
  let neighbour: TestBrim;
  beforeAll(async () => {
    brim = await openBrim();
    // Its clock is five minutes off. The order of revocations does not depend on it.
    neighbour = await openBrim({ databaseUrl: brim.databaseUrl, clock: { now: () => new Date(Date.now() + 300_000) } });
    await fillShop(brim);
  });
  afterAll(async () => {
    await neighbour?.close();
    await brim?.close();
  });

  const revoke = async (customerId: string, credential?: string, by = brim) =>
    by.query(
      `mutation ($customerId: ID!) { revokeCustomerTokens(input: { customerId: $customerId }) {
        __typename ... on RevokeCustomerTokensSuccess { revokedAt } ... on Error { message } } }`,
      { customerId },
      credential,
    );
  const seenWith = async (token: string, by = brim) => {
    const { data, errors = [] } = await by.query(VIEWER, {}, token);
    return data?.viewer?.id ?? errors.map(({ message }) => message).join();
  };
  const newcomer = async (id: string) => {
    await createCustomer(brim, id);
    return createCustomerToken(brim, id);
  };

  it('ends the tokens that were made before, and none that was made after, however soon', async () => {
    const before = await newcomer('ada');
    expect(await seenWith(before)).toBe('ada');
    for (let round = 0; round < 5; round += 1) {
      const old = await createCustomerToken(brim, 'ada');
      const { data } = await revoke('ada');
      expect(data.revokeCustomerTokens).toEqual({ __typename: 'RevokeCustomerTokensSuccess', revokedAt: expect.any(String) });
      const fresh = await createCustomerToken(brim, 'ada');
      expect(await seenWith(fresh)).toBe('ada');
      for (const ended of [before, old]) expect(await seenWith(ended)).toMatch(/was revoked\. Get a new one/);
    }
  });

  it('does not affect other customers', async () => {
    const [one, other] = [await newcomer('one'), await newcomer('other')];
    await revoke('one');
    expect([await seenWith(one), await seenWith(other)]).toEqual([expect.stringContaining('revoked'), 'other']);
  });

  it('reaches other processes, whatever their clocks say', async () => {
    const before = await newcomer('abroad');
    const theirs = await createCustomerToken(neighbour, 'abroad');
    expect([await seenWith(before, brim), await seenWith(theirs, neighbour)]).toEqual(['abroad', 'abroad']);
    await revoke('abroad');
    const after = await createCustomerToken(neighbour, 'abroad');
    expect(await seenWith(after, neighbour)).toBe('abroad');
    await vi.waitFor(async () => expect(await seenWith(theirs, neighbour)).toContain('revoked'), SOON);
    expect(await seenWith(after, neighbour)).toBe('abroad');
  });

  it('is for the app alone, and for customers that exist', async () => {
    const token = await newcomer('climber');
    const { data, errors } = await revoke('climber', token);
    expect([data, errors?.[0]?.extensions?.['code']]).toEqual([{ revokeCustomerTokens: null }, 'FORBIDDEN']);
    expect(await seenWith(token)).toBe('climber');
    expect((await revoke('nobody')).data.revokeCustomerTokens.__typename).toBe('CustomerNotFoundError');
    expect((await revoke('no body')).data.revokeCustomerTokens.__typename).toBe('InvalidInputError');
  });

  it('outlives a restart, and a process that starts later knows it', async () => {
    const before = await newcomer('restarted');
    await revoke('restarted');
    const later = await openBrim({ databaseUrl: brim.databaseUrl });
    onTestFinished(() => later.close());
    expect(await seenWith(before, later)).toContain('revoked');
    expect(await seenWith(await createCustomerToken(later, 'restarted'), later)).toBe('restarted');
  });

  it('reaches a process that could not read for a while', async () => {
    await createCustomer(brim, 'unheard');
    const database = openDatabase({ url: brim.databaseUrl });
    const log = openLog('silent');
    const warn = vi.spyOn(log, 'warn');
    const revocations = await openRevocations({ database, log, tokenMaxSeconds: 900 });
    onTestFinished(async () => {
      await revocations.close();
      await database.close();
    });
    const end = vi.fn();
    revocations.onRevoked('unheard', 0, end);
    await runOn(brim.databaseUrl, 'ALTER TABLE token_revocation RENAME TO elsewhere');
    await runOn(brim.databaseUrl, `INSERT INTO elsewhere VALUES ('unheard', 1, clock_timestamp())`);
    await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce(), SOON);
    expect(revocations.isRevoked('unheard', 0)).toBe(false);
    await runOn(brim.databaseUrl, 'ALTER TABLE elsewhere RENAME TO token_revocation');
    await vi.waitFor(() => expect(end).toHaveBeenCalled(), SOON);
    expect([revocations.isRevoked('unheard', 0), revocations.isRevoked('unheard', 1)]).toEqual([true, false]);
    expect(warn, 'once for one absence').toHaveBeenCalledOnce();
  });

  describe.each([
    ['the process that is asked', () => brim],
    ['another', () => neighbour],
  ])('ends what a token opened in %s:', (_, of) => {
    it('an event stream, with a last error', async () => {
      const customerId = `sse_${of().url.split(':').at(-1)}`;
      const token = await newcomer(customerId);
      const results = resultsOverSse(of(), CHANGES, { credential: token });
      expect((await results.next()).value).toMatchObject({ data: { balanceChanged: { cause: 'SNAPSHOT' } } });
      await revoke(customerId);
      const { value } = await results.next();
      expect(value).toMatchObject({
        errors: [{ message: expect.stringContaining('revoked'), extensions: { code: 'UNAUTHENTICATED' } }],
      });
      expect((await results.next()).done).toBe(true);
    });

    it('a socket, with 4403, after which clients reconnect with a new token', async () => {
      const customerId = `ws_${of().url.split(':').at(-1)}`;
      let token = await newcomer(customerId);
      const closes: { code?: number; reason?: string }[] = [];
      const client = createClient({
        url: `${of().url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: () => ({ authorization: `Bearer ${token}` }),
        shouldRetry: () => true,
        retryWait: async () => {
          token = await createCustomerToken(brim, customerId);
        },
        on: { closed: (event) => void closes.push(Object(event)) },
      });
      onTestFinished(() => client.dispose());
      const results = client.iterate({ query: CHANGES });
      expect((await results.next()).value).toMatchObject({ data: { balanceChanged: { cause: 'SNAPSHOT' } } });
      await revoke(customerId);
      // The client has reconnected, and begins with a snapshot.
      expect((await results.next()).value).toMatchObject({ data: { balanceChanged: { cause: 'SNAPSHOT' } } });
      expect(closes[0]).toMatchObject({ code: 4403, reason: expect.stringMatching(/^UNAUTHENTICATED: .*revoked/) });
    });

    it('a subscription with a token of its own, but not its socket', async () => {
      const customerId = `op_${of().url.split(':').at(-1)}`;
      const token = await newcomer(customerId);
      const client = of().socket();
      const results = client.iterate({ query: CHANGES, extensions: { headers: { authorization: `Bearer ${token}` } } });
      expect((await results.next()).value).toMatchObject({ data: { balanceChanged: { cause: 'SNAPSHOT' } } });
      await revoke(customerId);
      expect((await results.next()).value).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
      expect((await results.next()).done).toBe(true);
      expect((await client.iterate({ query: '{ customer(id: "ada") { id } }' }).next()).value).toMatchObject({
        data: { customer: { id: 'ada' } },
      });
    });
  });

  it('ends many streams at once, and forgets closed ones', async () => {
    const token = await newcomer('crowd');
    const streams = Array.from({ length: 8 }, () => resultsOverSse(brim, CHANGES, { credential: token }));
    await Promise.all(streams.map((results) => results.next()));
    await streams[0]?.return();
    await revoke('crowd');
    const rest = await Promise.all(streams.slice(1).map(async (results) => (await results.next()).value));
    expect(rest.map((result) => result?.errors?.[0]?.extensions?.['code'])).toEqual(rest.map(() => 'UNAUTHENTICATED'));
  });
});
