/** What a plan says of usage limits. Pure. */
import type { InputIssue } from '../values/errors.ts';
import { isSameLength } from '../values/interval.ts';
import { type PlanItem, type PlanTerms, planKind, recursOf } from './types.ts';

export function problemsWithLimits(plan: PlanTerms): readonly InputIssue[] {
  return plan.items.flatMap((item, index): readonly InputIssue[] => {
    const problem = item.usageLimit ? problemWithLimit(plan, item, index) : undefined;
    return problem === undefined ? [] : [{ path: ['items', String(index), 'usageLimit'], ...problem }];
  });
}

type Problem = Omit<InputIssue, 'path'>;

const ONLY_WHAT_ENDS =
  'is only for a base plan, and for an add-on that is paid again and again: others can be attached many times, and stay';

/** A limit rules for as long as the customer has the plan, so that time must be able to end. */
function problemWithLimit(plan: PlanTerms, item: PlanItem, index: number): Problem | undefined {
  if (planKind(plan) !== 'BASE' && !recursOf(plan)) return { message: ONLY_WHAT_ENDS, code: 'NOT_ALLOWED' };
  const isTwice = plan.items.slice(0, index).some((earlier) => isOfSameWindow(earlier, item));
  return isTwice ? { message: 'must be one for each feature and window', code: 'DUPLICATE' } : undefined;
}

function isOfSameWindow(a: PlanItem, b: PlanItem): boolean {
  return (
    a.featureId === b.featureId &&
    a.usageLimit !== null &&
    b.usageLimit !== null &&
    isSameLength(a.usageLimit.per, b.usageLimit.per)
  );
}
