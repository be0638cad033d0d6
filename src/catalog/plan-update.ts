/** Merges the changes of updatePlan into the present version of a plan. */
import { formatDecimal } from '../values/decimal.ts';

/** A plan in the form in which a caller would send it. */
export function asInput(terms: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(terms, (_, value: unknown) => (typeof value === 'bigint' ? formatDecimal(value) : value)));
}

/** The changes that have a value. */
export function definedOf(changes: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
