/** Keys that are made and revoked while Brim runs, in every process on the database. */
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openIssuedKeys } from '../../src/access/issued-keys.ts';
import { openKnownKeys } from '../../src/access/known-keys.ts';
import { listKeys, makeKey, revokeKey } from '../../src/commands/keys.ts';
import { openDatabase } from '../../src/database/database.ts';
import { openLog } from '../../src/platform/log.ts';
import { systemClock } from '../../src/values/clock.ts';
import { randomIds } from '../../src/values/ids.ts';
import { run } from '../commands/run.ts';
import { resultsOverSse } from '../feed/transports.ts';
import { openBrim, TEST_KEY, type TestBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { patience } from '../support/deadlines.ts';
import { createCustomer, fillShop } from '../support/shop.ts';

const SOON = { timeout: patience(20_000), interval: 20 };
const MAKE = `mutation ($input: CreateSecretKeyInput!) { createSecretKey(input: $input) {
  __typename ... on Error { message } ... on InvalidInputError { issues { path } }
  ... on CreateSecretKeySuccess { secret secretKey { id name prefix scopes lastUsedAt revokedAt } } } }`;
const REVOKE = `mutation ($id: ID!) { revokeSecretKey(input: { id: $id }) {
  __typename ... on Error { message } ... on RevokeSecretKeySuccess { secretKey { name revokedAt } } } }`;
const LIST = 'query ($all: Boolean) { secretKeys(includeRevoked: $all) { id name prefix scopes lastUsedAt revokedAt } }';

let brim: TestBrim;
let neighbour: TestBrim;
beforeAll(async () => {
  brim = await openBrim();
  neighbour = await openBrim({ databaseUrl: brim.databaseUrl });
  await fillShop(brim);
  await createCustomer(brim, 'ada');
});
afterAll(async () => {
  await neighbour?.close();
  await brim?.close();
});

const make = async (name: string, scopes: readonly string[], credential?: string) => {
  const { data, errors } = await brim.query(MAKE, { input: { name, scopes } }, credential);
  return errors ? { codes: errors.map(({ extensions }) => extensions?.['code']) } : data.createSecretKey;
};
const revoke = async (id: string) => (await brim.data(REVOKE, { id })).revokeSecretKey;
const listed = async (name: string) =>
  (await brim.data(LIST, { all: true })).secretKeys.find((key: { name: string }) => key.name === name);
const codesOf = async (by: TestBrim, credential: string, query = '{ customer(id: "ada") { id } }') =>
  ((await by.query(query, {}, credential)).errors ?? []).map(({ extensions }) => extensions?.['code']);

describe('createSecretKey', () => {
  it('makes a key that every process takes at once, and of which only a digest is stored', async () => {
    const { secret, secretKey } = await make('reports', ['READ', 'READ']);
    expect(secret).toMatch(/^brim_sk_[\w-]{43}$/);
    expect(secretKey).toEqual({
      ...{ id: expect.stringMatching(/^key_/), name: 'reports', prefix: secret.slice(0, 12) },
      ...{ scopes: ['READ'], lastUsedAt: null, revokedAt: null },
    });
    for (const each of [neighbour, brim]) expect(await codesOf(each, secret)).toEqual([]);
    await vi.waitFor(async () => expect((await listed('reports')).lastUsedAt).toEqual(expect.any(String)), SOON);
    const stored = await runOn(brim.databaseUrl, 'SELECT to_jsonb(k)::text AS text FROM secret_key k');
    expect(JSON.stringify(stored)).not.toContain(secret.slice(12));
    expect(JSON.stringify(await brim.data(LIST))).not.toContain(secret.slice(12));
  });

  it.each([
    ['an empty name', '', ['READ'], ['name']],
    ['a name with a space', 'a b', ['READ'], ['name']],
    ['no scope', 'nothing', [], ['scopes']],
  ])('refuses %s', async (_what, name, scopes, path) => {
    expect(await make(name, scopes)).toMatchObject({ __typename: 'InvalidInputError', issues: [{ path }] });
  });

  it('gives a name once, until its key is revoked', async () => {
    const { secretKey } = await make('once', ['READ']);
    expect(await make('once', ['TRACK'])).toMatchObject({ __typename: 'AlreadyExistsError' });
    await revoke(secretKey.id);
    expect(await make('once', ['TRACK'])).toMatchObject({ __typename: 'CreateSecretKeySuccess' });
  });

  it('gives only scopes that the maker has', async () => {
    const { secret } = await make('administrator', ['ADMIN', 'READ']);
    expect(await make('wider', ['READ', 'TRACK'], secret)).toEqual({ codes: ['MISSING_SCOPE'] });
    expect(await make('narrower', ['ADMIN'], secret)).toMatchObject({ __typename: 'CreateSecretKeySuccess' });
    const reader = (await make('reader', ['READ'])).secret;
    expect(await make('climber', ['READ'], reader)).toEqual({ codes: ['MISSING_SCOPE'] });
  });

  it('is recorded with the id and the name of the key that asked, and never with a secret', async () => {
    const { secret, secretKey } = await make('recorded', ['ADMIN']);
    const made = await make('by-recorded', ['ADMIN'], secret);
    const { auditLog } = await brim.data('{ auditLog(first: 1) { nodes { operation actor { type id name } ids } } }');
    expect(auditLog.nodes).toEqual([
      {
        operation: 'createSecretKey',
        actor: { type: 'SECRET_KEY', id: secretKey.id, name: 'recorded' },
        ids: { secretKeyId: made.secretKey.id },
      },
    ]);
  });

  it('makes 100 at most', async () => {
    const database = openDatabase({ url: brim.databaseUrl });
    onTestFinished(() => database.close());
    const keys = openIssuedKeys({ database, ids: randomIds(systemClock) });
    const own: string[] = [];
    const fill = async () => {
      for (let number = 0; number <= 100; number += 1)
        own.push((await keys.make({ name: `many-${number}`, scopes: ['READ'] }, { kind: 'app' })).secretKey.id);
    };
    await expect(fill()).rejects.toThrow(/100 keys already/);
    expect(await keys.list()).toHaveLength(100);
    await runOn(brim.databaseUrl, `UPDATE secret_key SET revoked_at = now() WHERE name LIKE 'many-%'`);
  });
});

describe('revokeSecretKey', () => {
  it('is answered once no process takes the key any more, not even one that cannot reach the database', async () => {
    const database = openDatabase({ url: brim.databaseUrl });
    const lonely = openKnownKeys({ database, log: openLog('silent') });
    onTestFinished(async () => {
      await lonely.close();
      await database.close();
    });
    for (let round = 0; round < 3; round += 1) {
      const { secret, secretKey } = await make(`short-${round}`, ['READ']);
      expect(await lonely.find(secret)).toMatchObject({ key: { id: secretKey.id } });
      expect(lonely.findKnown(secret)).toMatchObject({ scopes: ['READ'] });
      expect(await codesOf(neighbour, secret)).toEqual([]);
      if (round === 2) await database.close();
      let isAnswered = false;
      const early: unknown[] = [];
      const asking = (async () => {
        while (!isAnswered) {
          const wasAnswered = isAnswered;
          const codes = await codesOf(neighbour, secret);
          if (!wasAnswered && codes.length > 0) early.push(codes);
        }
      })();
      expect(await revoke(secretKey.id)).toMatchObject({ __typename: 'RevokeSecretKeySuccess' });
      expect(lonely.findKnown(secret)).toBeUndefined();
      expect(await Promise.all([codesOf(brim, secret), codesOf(neighbour, secret)])).toEqual([
        ['UNAUTHENTICATED'],
        ['UNAUTHENTICATED'],
      ]);
      isAnswered = true;
      await asking;
      expect(early.every((codes) => String(codes) === 'UNAUTHENTICATED')).toBe(true);
    }
    await expect(lonely.find(`brim_sk_${'x'.repeat(43)}`)).rejects.toThrow();
  });

  it('keeps a key that is in use known without a read for each request', async () => {
    const { secret } = await make('busy', ['READ']);
    const database = openDatabase({ url: brim.databaseUrl });
    const read = vi.fn(database.statements.read);
    const counted = { statements: { ...database.statements, read: read as typeof database.statements.read } };
    const keys = openKnownKeys({ database: counted, log: openLog('silent') });
    onTestFinished(async () => {
      await keys.close();
      await database.close();
    });
    const asked = await Promise.all(Array.from({ length: 50 }, () => keys.find(secret)));
    expect(new Set(asked).size).toBe(1);
    expect(read).toHaveBeenCalledTimes(1);
    for (let count = 0; count < 1_000; count += 1) await keys.find(secret);
    expect(read.mock.calls.length).toBeLessThan(20);
    // The lease is renewed beside the requests.
    const before = read.mock.calls.length;
    await vi.waitFor(() => expect(read.mock.calls.length).toBeGreaterThan(before), SOON);
  });

  it('ends an event stream with a last error, and closes a socket with 4403, in another process', async () => {
    const { secret, secretKey } = await make('listening', ['READ']);
    const CHANGES = 'subscription { balanceChanged(customerId: "ada") { cause } }';
    const results = resultsOverSse(neighbour, CHANGES, { credential: secret });
    expect((await results.next()).value).toMatchObject({ data: { balanceChanged: { cause: 'SNAPSHOT' } } });
    const closes: { code?: number }[] = [];
    const client = createClient({
      url: `${neighbour.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${secret}` },
      retryAttempts: 0,
      lazy: false,
      on: { closed: (event) => void closes.push(Object(event)) },
      onNonLazyError: () => undefined,
    });
    onTestFinished(() => client.dispose());
    const pushes = client.iterate({ query: CHANGES });
    expect((await pushes.next()).value).toMatchObject({ data: { balanceChanged: { cause: 'SNAPSHOT' } } });
    const rest = pushes.next().catch((error: unknown) => error);
    await revoke(secretKey.id);
    expect((await results.next()).value).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect((await results.next()).done).toBe(true);
    await rest;
    expect(closes).toMatchObject([{ code: 4403 }]);
  });

  it('does no harm twice, and finds no key of the configuration', async () => {
    const { secretKey } = await make('twice', ['READ']);
    const first = await revoke(secretKey.id);
    expect(await revoke(secretKey.id)).toEqual(first);
    expect(await revoke('key_unknown')).toMatchObject({ __typename: 'SecretKeyNotFoundError' });
    expect(await codesOf(brim, TEST_KEY)).toEqual([]);
  });
});

describe('brim keys', () => {
  const environment = () => ({ DATABASE_URL: brim.databaseUrl });

  it('makes a key, lists it without its secret, and revokes it', async () => {
    const { lines } = await run((context) => makeKey(context, 'from-a-shell', ['read', 'TRACK']), environment());
    const [secret = ''] = lines;
    expect(await codesOf(brim, secret)).toEqual([]);
    const { lines: listing } = await run((context) => listKeys(context, {}), environment());
    const line = listing.find((each) => each.startsWith('from-a-shell'));
    expect(line).toMatch(/^from-a-shell {2}key_\w+ {2}brim_sk_.{4}… {2}READ,TRACK {2}last used /);
    expect(line).not.toContain(secret.slice(12));
    await run((context) => revokeKey(context, 'from-a-shell'), environment());
    expect(await codesOf(brim, secret)).toEqual(['UNAUTHENTICATED']);
    await expect(run((context) => revokeKey(context, 'from-a-shell'), environment())).rejects.toThrow(/No secret key/);
    const { auditLog } = await brim.data('{ auditLog(first: 1) { nodes { operation actor { type } } } }');
    expect(auditLog.nodes).toEqual([{ operation: 'revokeSecretKey', actor: { type: 'BRIM' } }]);
  });
});
