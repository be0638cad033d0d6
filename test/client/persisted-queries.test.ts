/**
 * Apollo's and urql's persisted queries: each sends a document's hash first, the document with it
 * where Brim does not know that, and then the hash alone.
 */
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { parse } from 'graphql';
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

/** A document that nobody has sent yet. */
const newDocument = (name: string) => parse(`query ${name} { viewer { id balances { id remaining } } }`);
/** The second query sends the hash alone, and is answered. */
const ONCE = ['hash', 'document', 'hash'];

const url = () => `${brim.url}/graphql`;
const TEN = { viewer: { balances: [{ remaining: '10' }] } };

describe.each([false, true])('hashes sent with GET: %s', (useGETForHashedQueries) => {
  it("Apollo's link sends the document once", async () => {
    const persisted = new PersistedQueryLink({ sha256, useGETForHashedQueries });
    const link = ApolloLink.from([persisted, new HttpLink({ uri: url(), fetch: recorded })]);
    const client = new ApolloClient({ cache: new InMemoryCache(), link, devtools: { enabled: false } });
    const query = newDocument(`OfApollo${useGETForHashedQueries}`);
    const ask = () => client.query({ query, fetchPolicy: 'network-only' });
    expect((await ask()).data).toMatchObject(TEN);
    expect((await ask()).data).toMatchObject(TEN);
    expect(sent).toEqual(ONCE);
  });

  it("urql's exchange sends the document once", async () => {
    const persisted = persistedExchange({ generateHash: sha256, preferGetForPersistedQueries: useGETForHashedQueries });
    const client = new Client({
      url: url(),
      fetch: recorded,
      exchanges: [persisted, fetchExchange],
      preferGetMethod: false,
      requestPolicy: 'network-only',
    });
    const ask = () => client.query(newDocument(`OfUrql${useGETForHashedQueries}`), {}).toPromise();
    const answers = [await ask(), await ask()];
    for (const { data, error } of answers) {
      expect(error).toBeUndefined();
      expect(data).toMatchObject(TEN);
    }
    expect(sent).toEqual(ONCE);
  });
});
