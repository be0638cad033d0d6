/** Brim's schema for Graphcache: its types, and the keys of its objects. */
import type { Cache, CacheExchangeOpts, KeyGenerator } from '@urql/exchange-graphcache';
import { type PushedBalance, pushedIn, wants } from '../caches/pushed.ts';
import { cacheSchema } from './generated/cache-schema.ts';

/** Objects without an id are embedded in their parent. */
const inParent: KeyGenerator = () => null;

const withoutId = cacheSchema.__schema.types.flatMap((type) =>
  type.kind === 'OBJECT' && !type.fields?.some(({ name }) => name === 'id') ? [type.name] : [],
);

/**
 * Adds a balance that is pushed for the first time to the cached lists of its customer's balances.
 * They were fetched earlier, so they lack it.
 */
function join(cache: Cache, { id, customerId, featureId }: PushedBalance): void {
  const customer = { __typename: 'Customer', id: customerId };
  const balance = cache.keyOfEntity({ __typename: 'Balance', id });
  if (!balance) return;
  for (const { fieldName, fieldKey, arguments: args } of cache.inspectFields(customer)) {
    if (fieldName !== 'balances' || !wants(args, featureId)) continue;
    const known: unknown = cache.resolve(customer, fieldKey);
    if (!Array.isArray(known) || known.includes(balance)) continue;
    cache.link(customer, fieldName, args, [...known, balance]);
  }
}

/**
 * For Graphcache's `cacheExchange`. Two versions of a plan share its id; `key` tells them apart.
 */
export const brimCache: Pick<CacheExchangeOpts, 'schema' | 'keys' | 'updates'> = {
  schema: cacheSchema,
  keys: {
    ...Object.fromEntries(withoutId.map((name) => [name, inParent])),
    Plan: ({ key }) => (typeof key === 'string' ? key : null),
  },
  updates: {
    Subscription: {
      balanceChanged(data, _arguments, cache) {
        for (const pushed of pushedIn(data)) join(cache, pushed);
      },
    },
  },
};
