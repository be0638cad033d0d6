/** The two exchanges that stand around Graphcache: above it documents are made whole, below it nothing older than what is known passes. */
import { type Exchange, makeOperation } from '@urql/core';
import { map, pipe } from 'wonka';
import { openNewest } from '../caches/newest.ts';
import { selectWhole } from '../caches/whole.ts';

/** Before the cache: selects the numbers of a balance together, so that the cache never holds some of them older than others. */
export const wholeBalances: Exchange =
  ({ forward }) =>
  (operations) =>
    pipe(
      operations,
      map((operation) => makeOperation(operation.kind, { ...operation, query: selectWhole(operation.query) })),
      forward,
    );

/** After the cache: keeps a late older answer from overwriting a newer pushed number. */
export const keepNewest: Exchange = ({ forward }) => {
  const newest = openNewest();
  return (operations) =>
    pipe(
      forward(operations),
      map((result) => (result.data ? { ...result, data: newest.apply(result.data, result.operation.query) } : result)),
    );
};
