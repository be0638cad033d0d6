/** Plans for tests that need no database. */
import { planTerms } from '../../src/catalog/plan-input.ts';
import type { Plan } from '../../src/catalog/types.ts';
import { readInput } from '../../src/values/input.ts';

/** The price of a feature: dollars for a number of units. */
export const per = (dollars: string, billingUnits: string, facts: object = {}) => ({
  price: { amount: { amount: dollars, currency: 'usd' }, billingUnits, method: 'PREPAID', ...facts },
});

/** A plan with one item for each feature, read as the catalogue reads it. */
export function planOf(items: Record<string, object>, facts: object = {}): Plan {
  const input = { name: 'Plan', items: Object.entries(items).map(([featureId, item]) => ({ featureId, ...item })), ...facts };
  return {
    ...readInput(planTerms, input),
    id: 'plan',
    version: 1,
    createdAt: new Date('2026-01-01T00:00:00Z'),
    archivedAt: null,
  };
}

/** The plan's own price, paid once. */
export const costing = (dollars: string) => ({ price: { amount: { amount: dollars, currency: 'usd' } } });
