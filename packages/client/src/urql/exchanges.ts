/**
 * The two exchanges around Graphcache. The one above completes documents; the one below drops
 * answers that are older than what is known.
 */
import { type Exchange, makeOperation, mapExchange } from '@urql/core';
import { openNewest } from '../caches/newest.ts';
import { selectWhole } from '../caches/whole.ts';

/**
 * Before the cache: adds all numbers of a selected balance, so that the cache never mixes two
 * versions.
 */
export const wholeBalances: Exchange = mapExchange({
  onOperation: (operation) => makeOperation(operation.kind, { ...operation, query: selectWhole(operation.query) }),
});

/** After the cache: keeps a late older answer from overwriting a newer pushed number. */
export const keepNewest: Exchange = (input) => {
  const newest = openNewest();
  return mapExchange({
    onResult: (result) => (result.data ? { ...result, data: newest.apply(result.data, result.operation.query) } : result),
  })(input);
};
