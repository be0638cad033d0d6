/**
 * `@brim/client/apollo`: what Apollo Client 4 needs to show live balances. `apolloOptions` has all
 * of it; an app with a cache or links of its own takes the parts.
 */
import { type ApolloClient, DocumentTransform, InMemoryCache, type TypePolicies } from '@apollo/client';
import type { ConnectionOptions } from '../caches/connection.ts';
import { selectWhole } from '../caches/whole.ts';
import { possibleTypes } from './generated/possible-types.ts';
import { joinBalances } from './join.ts';
import { openBrimLink } from './link.ts';

export type { ConnectionOptions } from '../caches/connection.ts';
export * from '../caches/documents.ts';
export { possibleTypes } from './generated/possible-types.ts';
export { joinBalances } from './join.ts';
export { keepNewest, openBrimLink } from './link.ts';

/** Two versions of a plan share its id; `key` tells them apart. */
export const brimTypePolicies: TypePolicies = { Plan: { keyFields: ['key'] } };

/** Adds all numbers of a selected balance, so that the cache never mixes two versions. */
export const wholeBalances = new DocumentTransform(selectWhole);

/** `new ApolloClient(apolloOptions({ url, token }))`. */
export function apolloOptions(options: ConnectionOptions): Pick<ApolloClient.Options, 'cache' | 'link' | 'documentTransform'> {
  const cache = new InMemoryCache({ possibleTypes, typePolicies: brimTypePolicies });
  return {
    cache,
    link: joinBalances(cache).concat(openBrimLink(options)),
    documentTransform: wholeBalances,
  };
}
