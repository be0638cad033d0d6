/** Merges the changes of updatePlan into the present version of a plan. */
import { isDeepStrictEqual } from 'node:util';
import { formatDecimal } from '../values/decimal.ts';
import type { Plan, PlanTerms } from './types.ts';

/** A plan in the form in which a caller would send it. */
export function asInput(terms: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(terms, (_, value: unknown) => (typeof value === 'bigint' ? formatDecimal(value) : value)));
}

/** What a version says, without what it is called. */
export function termsOf({ id: _id, version: _version, createdAt: _made, archivedAt: _archived, ...terms }: Plan): PlanTerms {
  return terms;
}

/** True where two plans give, ask and say the same. */
export function isSameAs(one: object, other: object): boolean {
  return isDeepStrictEqual(asInput(one), asInput(other));
}

/** The changes that have a value. */
export function definedOf(changes: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
