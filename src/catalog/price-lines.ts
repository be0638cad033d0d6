/** How many lines a plan's prices need on a payment page. */
import type { InputIssue } from '../values/errors.ts';
import { type ItemPrice, type PlanTerms, recursOf } from './types.ts';

/** The most lines that a page for one payment can show. */
const MOST_LINES = 100;

/** The most lines of each kind, recurring or not, that a page for a subscription can show. */
const MOST_BESIDE_RECURRING = 20;

/** Refuses prices that no payment page could show together. Pure. */
export function problemsWithLines(plan: PlanTerms): readonly InputIssue[] {
  if (recursOf(plan) === null) {
    const message = `must have at most ${MOST_LINES} prices, tiers and flat amounts together: a payment page shows no more`;
    return linesAtMost(plan, 'once') > MOST_LINES ? [{ path: ['items'], message, code: 'TOO_LARGE' }] : [];
  }
  const kinds = [
    { kind: 'recurring', words: 'that recur' },
    { kind: 'once', words: 'that are paid once, beside those that recur' },
  ] as const;
  return kinds.flatMap(({ kind, words }): readonly InputIssue[] => {
    const message = `must have at most ${MOST_BESIDE_RECURRING} prices, tiers and flat amounts together ${words}: a payment page shows no more`;
    return linesAtMost(plan, kind) > MOST_BESIDE_RECURRING ? [{ path: ['items'], message, code: 'TOO_LARGE' }] : [];
  });
}

/** The most lines of a kind that a payment page needs for one purchase of a plan. */
function linesAtMost(plan: PlanTerms, kind: 'recurring' | 'once'): number {
  const isOfKind = ({ interval }: Pick<ItemPrice, 'interval'>) => (interval === null) === (kind === 'once');
  const ofItems = plan.items.map(({ price }) => (price && isOfKind(price) ? linesOfPrice(price) : 0));
  return ofItems.reduce((sum, lines) => sum + lines, plan.price && isOfKind(plan.price) ? 1 : 0);
}

function linesOfPrice({ tiers, tierMode }: ItemPrice): number {
  if (!tiers) return 1;
  const flatAmounts = tiers.filter((tier) => tier.flatAmount !== null).length;
  if (tierMode === 'VOLUME') return flatAmounts > 0 ? 2 : 1;
  const beyond = tiers.at(-1)?.upTo == null ? 0 : 1;
  return tiers.length + flatAmounts + beyond;
}
