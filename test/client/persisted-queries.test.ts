/**
 * Apollo's and urql's persisted queries: each sends a document's hash first, and the document
 * itself once it is told that hashes are not known.
 */
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { ViewerBalancesDocument } from '@brim/client/apollo';
import { Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { createCustomer, createCustomerToken, openShop } from '../support/shop.ts';

let brim: TestBrim;
let token: string;
/** What was sent, in order: the hash alone, or the document. */
let sent: ('hash' | 'document')[];

beforeAll(async () => {
  brim = await openShop();
  await createCustomer(brim, 'ada');
  token = await createCustomerToken(brim, 'ada');
});
afterAll(() => brim.close());
beforeEach(() => {
  sent = [];
});

const recorded: typeof fetch = async (input, init) => {
  const asked = `${input} ${init?.body ?? ''}`;
  const isHash = asked.includes('persistedQuery') && !/[?&]query=|"query":/.test(asked);
  sent.push(isHash ? 'hash' : 'document');
  return fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string>), authorization: `Bearer ${token}` } });
};

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Buffer.from(digest).toString('hex');
}

const url = () => `${brim.url}/graphql`;
const TEN = { viewer: { balances: [{ remaining: '10' }] } };

describe.each([false, true])('hashes sent with GET: %s', (useGETForHashedQueries) => {
  it("Apollo's link goes on with the document, and sends no hash again", async () => {
    const persisted = new PersistedQueryLink({ sha256, useGETForHashedQueries });
    const link = ApolloLink.from([persisted, new HttpLink({ uri: url(), fetch: recorded })]);
    const client = new ApolloClient({ cache: new InMemoryCache(), link, devtools: { enabled: false } });
    const ask = () => client.query({ query: ViewerBalancesDocument, fetchPolicy: 'network-only' });
    expect((await ask()).data).toMatchObject(TEN);
    expect((await ask()).data).toMatchObject(TEN);
    expect(sent).toEqual(['hash', 'document', 'document']);
  });

  it("urql's exchange goes on with the document", async () => {
    const persisted = persistedExchange({ generateHash: sha256, preferGetForPersistedQueries: useGETForHashedQueries });
    const client = new Client({
      url: url(),
      fetch: recorded,
      exchanges: [persisted, fetchExchange],
      preferGetMethod: false,
      requestPolicy: 'network-only',
    });
    const ask = () => client.query(ViewerBalancesDocument, {}).toPromise();
    const answers = [await ask(), await ask()];
    for (const { data, error } of answers) {
      expect(error).toBeUndefined();
      expect(data).toMatchObject(TEN);
    }
    expect(sent).toEqual(['hash', 'document', 'document']);
  });
});
