/**
 * What a plan says of recurring prices, as far as it does not depend on the payment provider. Pure.
 *
 * The recurring prices of a plan are one subscription, which is paid at one interval. Prices
 * without an interval are paid once, with the first payment.
 */
import type { InputIssue } from '../values/errors.ts';
import { formatInterval, type Interval, isSameLength, nominalDays } from '../values/interval.ts';
import { chargesOf, type PlanItem, type PlanTerms, recursOf, renewedParts } from './types.ts';

export function problemsWithRecurrence(plan: PlanTerms): readonly InputIssue[] {
  return [
    ...problemsWithAutoEnable(plan),
    ...problemsWithIntervals(plan),
    ...problemWith(['gracePeriod'], problemWithGrace(plan)),
    ...plan.items.flatMap((item, index) => [
      ...problemWith(['items', String(index), 'rollover'], problemWithRollover(plan, item)),
      ...problemWith(['items', String(index), 'reset'], problemWithReset(plan, item)),
    ]),
  ];
}

function problemWith(path: readonly string[], problem: Omit<InputIssue, 'path'> | undefined): readonly InputIssue[] {
  return problem === undefined ? [] : [{ path: [...path], ...problem }];
}

/** Nobody pays for what a new customer gets by itself. */
function problemsWithAutoEnable(plan: PlanTerms): readonly InputIssue[] {
  if (!plan.autoEnable || chargesOf(plan).length === 0) return [];
  const recurring = intervalsOf(plan).map(({ path }) => ({
    path,
    message: 'must be left out where autoEnable is true: nobody is asked to pay for the plan',
    code: 'NOT_ALLOWED' as const,
  }));
  return [
    { path: ['autoEnable'], message: 'is only for a plan that costs nothing: leave out its prices', code: 'NOT_ALLOWED' },
    ...recurring,
  ];
}

function problemsWithIntervals(plan: PlanTerms): readonly InputIssue[] {
  const [first, ...others] = intervalsOf(plan);
  if (!first) return [];
  const isFree = plan.price?.interval && plan.price.amount.amount === 0n;
  return [
    ...problemWith(['price', 'interval'], isFree ? leftOut('where the amount is 0: nothing is charged each time') : undefined),
    ...others
      .filter(({ interval }) => !isSameLength(interval, first.interval))
      .map(({ path }) => ({
        path,
        message: `must be a ${formatInterval(first.interval)}, as ${first.path.join('.')} is: all recurring prices of a plan are paid together`,
      })),
  ];
}

/** What a plan or an item cannot have as it is otherwise. */
function leftOut(why: string): Omit<InputIssue, 'path'> {
  return { message: `must be left out ${why}`, code: 'NOT_ALLOWED' };
}

function problemWithGrace(plan: PlanTerms): Omit<InputIssue, 'path'> | undefined {
  if (!plan.gracePeriod || recursOf(plan)) return undefined;
  return leftOut('where no price recurs: there is no renewal that can stay unpaid');
}

interface PlacedInterval {
  readonly path: readonly string[];
  readonly interval: Interval;
}

/** The intervals of all prices, with their paths, that of the plan itself first. */
export function intervalsOf({ price, items }: Pick<PlanTerms, 'price' | 'items'>): readonly PlacedInterval[] {
  const placed = [
    { path: ['price', 'interval'], interval: price?.interval ?? null },
    ...items.map((item, index) => ({
      path: ['items', String(index), 'price', 'interval'],
      interval: item.price?.interval ?? null,
    })),
  ];
  return placed.flatMap(({ path, interval }) => (interval ? [{ path, interval }] : []));
}

function problemWithRollover(plan: PlanTerms, item: PlanItem): Omit<InputIssue, 'path'> | undefined {
  if (!item.rollover) return undefined;
  const renewed = renewedParts(plan, item);
  if (!item.reset && !renewed.included && !renewed.bought)
    return leftOut('where the item has no reset: only what resets can be carried over');
  if (item.unlimited) return leftOut('where the item is unlimited: of that nothing is left over');
  if (item.included === 0n && !renewed.bought)
    return leftOut('where nothing is included: what is bought does not reset, and stays');
  return undefined;
}

/** Each payment gives what is included anew, so a longer reset would never come. */
function problemWithReset(plan: PlanTerms, item: PlanItem): Omit<InputIssue, 'path'> | undefined {
  const paid = recursOf(plan);
  if (!paid || !item.reset || !renewedParts(plan, item).included) return undefined;
  if (nominalDays(item.reset) <= nominalDays(paid)) return undefined;
  const message = `must not be longer than the ${formatInterval(paid)} for which the plan is paid: each payment gives what is included anew`;
  return { message, code: 'TOO_LARGE' };
}
