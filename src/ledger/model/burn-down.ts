import { nominalDays } from '../../values/interval.ts';
import type { Grant } from './types.ts';

/**
 * The total order in which the grants of one feature are used. The first criterion that differs
 * decides. All criteria are terms of the grant, so a grant changes its place only if a `limit`
 * posting makes it expire sooner. Credits come after the feature's own grants: spread.ts decides
 * that.
 */
export function compareBurnDown(a: Grant, b: Grant): number {
  for (const compare of CRITERIA) {
    const difference = compare(a, b);
    if (difference !== 0) return difference;
  }
  return 0;
}

type Criterion = (a: Grant, b: Grant) => number;

const first =
  (isFirst: (grant: Grant) => boolean): Criterion =>
  (a, b) =>
    Number(isFirst(b)) - Number(isFirst(a));

const CRITERIA: readonly Criterion[] = [
  // The overdraft comes last: it is used only when nothing else is left.
  first((grant) => grant.origin !== 'OVERDRAFT'),
  first((grant) => grant.unlimited),
  first((grant) => grant.origin === 'ROLLED_OVER'),
  (a, b) => (a.origin === 'ROLLED_OVER' && b.origin === 'ROLLED_OVER' ? compareInstants(a.expiresAt, b.expiresAt) : 0),
  first((grant) => grant.reset !== null),
  (a, b) => (a.reset && b.reset ? nominalDays(a.reset) - nominalDays(b.reset) : 0),
  (a, b) => compareInstants(a.expiresAt, b.expiresAt),
  first((grant) => grant.origin === 'INCLUDED'),
  (a, b) => a.createdAt.getTime() - b.createdAt.getTime(),
  (a, b) => Number(a.sequence - b.sequence),
  (a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
];

/** The earlier first, null last. */
function compareInstants(a: Date | null, b: Date | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a.getTime() - b.getTime();
}
