/** What Graphcache is told of Brim's schema: which types there are, and what names an object. */
import type { CacheExchangeOpts, KeyGenerator } from '@urql/exchange-graphcache';
import { cacheSchema } from './generated/cache-schema.ts';

/** Without an id of its own an object lies in its parent. */
const inParent: KeyGenerator = () => null;

const withoutId = cacheSchema.__schema.types.flatMap((type) =>
  type.kind === 'OBJECT' && !type.fields?.some(({ name }) => name === 'id') ? [type.name] : [],
);

/** For Graphcache's `cacheExchange`. Two versions of a plan share its id; `key` tells them apart. */
export const brimCache: Pick<CacheExchangeOpts, 'schema' | 'keys'> = {
  schema: cacheSchema,
  keys: {
    ...Object.fromEntries(withoutId.map((name) => [name, inParent])),
    Plan: ({ key }) => (typeof key === 'string' ? key : null),
  },
};
