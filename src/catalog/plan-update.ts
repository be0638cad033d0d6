import { formatDecimal } from '../values/decimal.ts';
import type { PlanTerms } from './types.ts';

/** What an update of a plan is made of: what the plan is now, and what changes. */

/** A plan in the form in which a caller would send it. */
export function asInput(terms: PlanTerms): Record<string, unknown> {
  return JSON.parse(JSON.stringify(terms, (_, value: unknown) => (typeof value === 'bigint' ? formatDecimal(value) : value)));
}

/** What was given. */
export function definedOf(changes: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
