/**
 * The two exchanges that stand around Graphcache. Above it documents are made whole. Below it nothing
 * passes that is older than what is known.
 */
import { type Exchange, makeOperation, mapExchange } from '@urql/core';
import { openNewest } from '../caches/newest.ts';
import { selectWhole } from '../caches/whole.ts';

/** Before the cache: selects the numbers of a balance together, so that the cache never holds some of them older than others. */
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
