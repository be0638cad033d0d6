import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openAccess } from '../../src/access/access.ts';
import type { Clock } from '../../src/values/clock.ts';
import { resultsOverSocket, resultsOverSse } from '../feed/transports.ts';
import { TEST_KEY, type TestBrim } from '../support/brim.ts';
import { createCustomer, openShop } from '../support/shop.ts';
import { ASK } from './ask.ts';

/**
 * The real time with an offset: a token for ten seconds that was made nine seconds ago has one
 * left.
 */
const clock: Clock & { offsetMs: number } = {
  offsetMs: 0,
  now: () => new Date(Date.now() + clock.offsetMs),
};
let brim: TestBrim;

beforeAll(async () => {
  brim = await openShop({ clock });
  await createCustomer(brim, 'ada');
});
afterAll(() => brim.close());

async function tokenWith(leftMs: number): Promise<string> {
  clock.offsetMs = leftMs - 10_000;
  const { token } = await brim.app.domain.access.customerTokens.issue({ customerId: 'ada', expiresInSeconds: 10 });
  clock.offsetMs = 0;
  return token;
}

async function tokenOfAnotherSecret(): Promise<string> {
  const tokenSecrets = ['a secret that is as long, and of somebody else'];
  return (await openAccess({ clock, keys: [TEST_KEY], tokenSecrets }).customerTokens.issue({ customerId: 'ada' })).token;
}

/** The token with other claims, and its old signature. */
async function tamperedToken(): Promise<string> {
  const [header, claims = '', signature] = (await tokenWith(9_000)).split('.');
  const changed = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), sub: 'bob' };
  return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
}

async function unsignedToken(): Promise<string> {
  const [, claims] = (await tokenWith(9_000)).split('.');
  return `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${claims}.`;
}

/** Signed with the secret, for an audience other than customers. */
async function tokenForAnotherAudience(): Promise<string> {
  const [header, claims = ''] = (await tokenWith(9_000)).split('.');
  const changed = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), aud: 'brim:admin' };
  const body = `${header}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}`;
  return `${body}.${createHmac('sha256', 'a secret that only the tests know, long enough').update(body).digest('base64url')}`;
}

const REFUSED: readonly (readonly [what: string, credential: () => Promise<string>])[] = [
  ['nothing', async () => ''],
  ['garbage', async () => 'garbage'],
  ['what looks like a token', async () => 'a.b.c'],
  ['an unknown secret key', async () => 'brim_sk_of_somebody_else_entirely'],
  ['half of the secret key', async () => TEST_KEY.slice(0, -1)],
  ['an expired token', () => tokenWith(-1)],
  ['a token signed with another secret', tokenOfAnotherSecret],
  ["a token with another's id under the old signature", tamperedToken],
  ['a token without a signature', unsignedToken],
  ['a token for another audience', tokenForAnotherAudience],
];
const FORBIDDEN_CLOSE = 4403;

describe.each(ASK)('over %s', (transport, ask) => {
  it.each(REFUSED)('%s is refused, and the answer names no customer', async (_what, credential) => {
    const expected = transport === 'WebSocket' ? [FORBIDDEN_CLOSE] : ['UNAUTHENTICATED'];
    const asked = await ask(brim, { query: '{ viewer { id } features { id } }', credential: await credential() });
    expect(asked).toEqual({ data: undefined, codes: expected });
  });

  it('a valid token is answered', async () => {
    const { data } = await ask(brim, { query: '{ viewer { id } }', credential: await tokenWith(9_000) });
    expect(data).toEqual({ viewer: { id: 'ada' } });
  });
});

describe('no credentials at all', () => {
  const query = '{ viewer { id } features { id } }';

  it.each(['application/json', 'text/event-stream'])('over HTTP, asking for %s, are refused', async (accept) => {
    const response = await fetch(`${brim.url}/graphql?query=${encodeURIComponent(query)}`, { headers: { accept } });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('"code":"UNAUTHENTICATED"');
  });

  it('are not read from a URL', async () => {
    const response = await fetch(`${brim.url}/graphql?query=${encodeURIComponent(query)}&authorization=Bearer%20${TEST_KEY}`);
    expect(response.status).toBe(401);
  });
});

describe('a stream', () => {
  const query = 'subscription { balanceChanged { sequence } }';
  const nobodySubscribes = () => vi.waitFor(() => expect(brim.app.domain.feed.subscribers).toBe(0));

  it('over WebSocket ends when its token does, with a code after which clients come back with a new one', async () => {
    const results: unknown[] = [];
    for await (const result of resultsOverSse(brim, query, { credential: await tokenWith(1_500) })) results.push(result);
    expect(results).toMatchObject([
      { data: { balanceChanged: { sequence: 1 } } },
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
    await nobodySubscribes();
  });

  it('over WebSocket ends when its token does, with the code that makes clients come back with another', async () => {
    const results: unknown[] = [];
    const reading = async () => {
      for await (const result of resultsOverSocket(brim, query, { credential: await tokenWith(1_500) })) results.push(result);
    };
    await expect(reading()).rejects.toMatchObject({ code: FORBIDDEN_CLOSE });
    expect(results).toEqual([{ data: { balanceChanged: { sequence: 1 } } }]);
    await nobodySubscribes();
  });
});
