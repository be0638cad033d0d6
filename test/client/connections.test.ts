/**
 * The helpers for connections that caches have, over Brim's lists: they join the pages of a walk in
 * either direction to one list.
 */
import { ApolloClient, gql as apolloGql, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { apolloOptions, brimTypePolicies, possibleTypes } from '@brim/client/apollo';
import { brimCache } from '@brim/client/urql';
import { fetchExchange, gql, Client as UrqlClient } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { createCustomer, createCustomerToken, openShop, track } from '../support/shop.ts';

const ENTRIES = 8;
let brim: TestBrim;
let token: string;

beforeAll(async () => {
  brim = await openShop();
  await createCustomer(brim, 'ada');
  token = await createCustomerToken(brim, 'ada');
  for (let entry = 1; entry < ENTRIES; entry += 1) await track(brim, { customerId: 'ada' });
});
afterAll(() => brim.close());

const LEDGER = `query Ledger($first: Int, $after: String, $last: Int, $before: String) {
  viewer {
    id
    ledger(first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { id sequence } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}`;

interface Ledger {
  readonly viewer: {
    readonly ledger: {
      readonly edges: readonly { readonly node: { readonly sequence: number } }[];
      readonly pageInfo: {
        readonly startCursor: string;
        readonly endCursor: string;
        readonly hasNextPage: boolean;
        readonly hasPreviousPage: boolean;
      };
    };
  };
}
type Ask = (variables: Record<string, unknown>) => Promise<Ledger>;

/** Walks by what the cache says, and returns what it has then. */
async function walk(ask: Ask, towards: 'end' | 'beginning'): Promise<readonly number[]> {
  const size = towards === 'end' ? 'first' : 'last';
  let { viewer } = await ask({ [size]: 3 });
  for (let page = 1; towards === 'end' ? viewer.ledger.pageInfo.hasNextPage : viewer.ledger.pageInfo.hasPreviousPage; page += 1) {
    expect(page).toBeLessThan(ENTRIES);
    const { startCursor, endCursor } = viewer.ledger.pageInfo;
    ({ viewer } = await ask({ [size]: 3, ...(towards === 'end' ? { after: endCursor } : { before: startCursor }) }));
  }
  return viewer.ledger.edges.map(({ node }) => node.sequence);
}

function openApollo(): Ask {
  const typePolicies = { ...brimTypePolicies, Customer: { fields: { ledger: relayStylePagination() } } };
  const options = apolloOptions({ url: `${brim.url}/graphql`, token: () => token });
  const client = new ApolloClient({
    ...options,
    cache: new InMemoryCache({ possibleTypes, typePolicies }),
    devtools: { enabled: false },
  });
  const query = apolloGql(LEDGER);
  return async (variables) => {
    await client.query({ query, variables, fetchPolicy: 'network-only' });
    const kept = client.readQuery<Ledger>({ query, variables });
    if (!kept) throw new Error('The cache has no ledger.');
    return kept;
  };
}

function openUrql(): Ask {
  const resolvers = { Customer: { ledger: relayPagination() } };
  const client = new UrqlClient({
    url: `${brim.url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    exchanges: [cacheExchange({ ...brimCache, resolvers }), fetchExchange],
  });
  const query = gql(LEDGER);
  return async (variables) => {
    const { data, error } = await client.query<Ledger>(query, variables).toPromise();
    if (!data) throw error ?? new Error('There is no answer.');
    return data;
  };
}

it.each([
  ["Apollo's relayStylePagination", openApollo],
  ["urql's relayPagination", openUrql],
])('%s joins the pages of a walk forward, and of a walk backward', async (_name, open) => {
  const whole = Array.from({ length: ENTRIES }, (_, index) => ENTRIES - index);
  expect(await walk(open(), 'end')).toEqual(whole);
  expect(await walk(open(), 'beginning')).toEqual(whole);
});
