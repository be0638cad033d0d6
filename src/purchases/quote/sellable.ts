import { intervalsOf } from '../../catalog/recurring-input.ts';
import type { ItemPrice, PlanPrice, PlanTerms } from '../../catalog/types.ts';
import { formatDecimal, isMultipleOf } from '../../values/decimal.ts';
import type { InputIssue } from '../../values/errors.ts';
import { formatMoney, type Money } from '../../values/money.ts';
import type { ChargeRule, ChargeRules, IntervalRule } from '../model/charge-rules.ts';
import { chargeFor, greatestCharge, smallestCharge } from './charge.ts';

/**
 * The prices of a plan that could never be paid, with their paths: amounts that the payment
 * provider cannot express, totals that it never charges, and intervals at which it does not charge.
 * Too little for one pack is fine where more packs come to enough. Pure.
 */
export function problemsWithCharges(terms: PlanTerms, rules: ChargeRules, intervalRule: IntervalRule): readonly InputIssue[] {
  const intervals = intervalsOf(terms).flatMap(({ path, interval }): readonly InputIssue[] => {
    const message = intervalRule(interval);
    return message === undefined ? [] : [{ path, message, code: 'INVALID' }];
  });
  return [...intervals, ...problemsWithAmounts(terms, rules)];
}

function problemsWithAmounts(terms: PlanTerms, rules: ChargeRules): readonly InputIssue[] {
  const amounts = amountsOf(terms);
  const [first] = amounts;
  if (!first) return [];
  const { currency } = first.money;
  const rule = rules(currency);
  if (!rule) return [issue(first.path, 'currency', `the payment provider does not charge ${currency}`)];
  const issues = amounts.flatMap(({ path, money }): readonly InputIssue[] => {
    const problem = problemWithAmount(money, rule);
    return problem === undefined ? [] : [issue(path, 'amount', problem)];
  });
  return issues.length > 0 ? issues : problemsWithTotals(terms, rule, currency);
}

interface PlacedAmount {
  readonly path: readonly string[];
  readonly money: Money;
}

function amountsOf({ price, items }: PlanTerms): readonly PlacedAmount[] {
  return [
    ...(price ? [{ path: ['price', 'amount'], money: price.amount }] : []),
    ...items.flatMap((item, index): readonly PlacedAmount[] => {
      if (!item.price) return [];
      const path = ['items', String(index), 'price'];
      const tiers = (item.price.tiers ?? []).flatMap((tier, number) => {
        const place = [...path, 'tiers', String(number)];
        return [
          { path: [...place, 'amount'], money: tier.amount },
          ...(tier.flatAmount ? [{ path: [...place, 'flatAmount'], money: tier.flatAmount }] : []),
        ];
      });
      return [{ path: [...path, 'amount'], money: item.price.amount }, ...tiers];
    }),
  ];
}

/** Why the payment provider cannot move this sum; undefined where it can. */
export function problemWithAmount(money: Money, { step, largest }: ChargeRule): string | undefined {
  if (!isMultipleOf(money.amount, step)) {
    return `must be a whole multiple of ${formatDecimal(step)}: in ${money.currency} nothing finer can be charged`;
  }
  if (money.amount > largest)
    return `must be at most ${formatDecimal(largest)}: more ${money.currency} cannot be charged at once`;
  return undefined;
}

function problemsWithTotals({ price: base, items }: PlanTerms, rule: ChargeRule, currency: string): readonly InputIssue[] {
  const baseAmount = base?.amount.amount ?? 0n;
  const priced = items.flatMap(({ price }, index) =>
    price ? [{ price, path: ['items', String(index), 'price', 'amount'] }] : [],
  );
  const words = (amount: bigint) => formatMoney({ amount, currency });
  const tooDear = priced.filter(({ price }) => baseAmount + chargeFor(price, 1n) > rule.largest);
  if (tooDear.length > 0) {
    const message = `with what the plan itself costs, one of it comes to more than can be charged at once, ${words(rule.largest)}`;
    return tooDear.map(({ path }) => issue(path, 'amount', message));
  }
  const renewals = problemsWithRenewals(base, priced, rule, currency);
  if (renewals.length > 0) return renewals;
  const greatest = priced.reduce((sum, { price }) => sum + greatestCharge(price), baseAmount);
  if (greatest === 0n || greatest >= rule.smallest) return [];
  const path = priced[0]?.path ?? ['price', 'amount'];
  const message =
    `must be higher: at most ${words(greatest)} would be charged at once, and nothing below ${words(rule.smallest)} can be` +
    `${priced.length > 0 ? '; or let more be bought at once (maxPurchase)' : ''}`;
  return [issue(path, 'amount', message)];
}

interface PlacedPrice {
  readonly price: ItemPrice;
  readonly path: readonly string[];
}

/**
 * What recurs is charged alone from the second payment on, so it must come to enough by itself. A
 * recurring price that charges nothing for some quantity would never be renewed.
 */
function problemsWithRenewals(
  base: PlanPrice | null,
  priced: readonly PlacedPrice[],
  rule: ChargeRule,
  currency: string,
): readonly InputIssue[] {
  const recurring = priced.filter(({ price }) => price.interval !== null);
  const free = recurring.filter(({ price }) => smallestCharge(price) === 0n);
  if (free.length > 0)
    return free.map(({ path }) => issue(path, 'amount', 'must be above zero in every tier that can be reached: it recurs'));
  if (recurring.length === 0 && !base?.interval) return [];
  const fixed = base?.interval ? base.amount.amount : 0n;
  const greatest = recurring.reduce((sum, { price }) => sum + greatestCharge(price), fixed);
  if (greatest >= rule.smallest) return [];
  const words = (amount: bigint) => formatMoney({ amount, currency });
  const message = `must be higher: each renewal would charge at most ${words(greatest)}, and nothing below ${words(rule.smallest)} can be charged`;
  return [issue(recurring[0]?.path ?? ['price', 'amount'], 'amount', message)];
}

function issue(path: readonly string[], field: string, message: string): InputIssue {
  return { path: [...path, field], message };
}
