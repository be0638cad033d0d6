/**
 * What attaching a plan costs and gives. Pure, and the same for a preview, a purchase and an offer.
 */
import { costsItself, type ItemPrice, type Plan, type PlanItem, type PlanTerms, recursOf } from '../../catalog/types.ts';
import { type Decimal, fits, formatDecimal, INTEGER_DIGITS, larger, ONE, times, unitsCovering } from '../../values/decimal.ts';
import { type InputIssue, InvalidInputError } from '../../values/errors.ts';
import type { Interval } from '../../values/interval.ts';
import type { InputIssueCode } from '../../values/issue-codes.ts';
import type { Money } from '../../values/money.ts';
import type { Quantity } from '../model/types.ts';
import { MAX_UNITS } from './charge.ts';
import { type TierPart, tierParts } from './tiers.ts';

export interface Quote {
  /** null where it costs nothing. */
  readonly total: Money | null;
  readonly lines: readonly QuoteLine[];
  readonly quantities: readonly Quantity[];
}

export interface QuoteLine {
  readonly description: string;
  /**
   * In units of the feature; 1 for what is charged once: the plan's own price, or the flat amount
   * of a tier.
   */
  readonly quantity: Decimal;
  /** The price of one billing unit, or of what is charged once. */
  readonly unitAmount: Money;
  readonly units: bigint;
  readonly amount: Money;
  /** How often it is charged; null: once. All lines that recur have one interval. */
  readonly interval: Interval | null;
  /** The feature of which it sells units; null for what is charged once for all of them. */
  readonly featureId: string | null;
}

/** `quantity` is the total wanted, with what the plan includes. */
export interface FeatureQuantity {
  readonly featureId: string;
  readonly quantity: Decimal;
}

/**
 * What a plan costs a customer who does not have it. Per item: purchased = max(0, quantity −
 * included), rounded up to whole billing units; a prepaid item without a quantity buys nothing.
 * @throws InvalidInputError where a feature is named twice, has no price here, or exceeds
 * maxPurchase.
 */
export function quote(plan: Plan, wanted: readonly FeatureQuantity[], nameOf: (featureId: string) => string): Quote {
  const { lines: items, boughtOf } = quoteItems(plan, wanted, nameOf);
  const base =
    plan.price && costsItself(plan) ? [toLine(plan.name, ONE, plan.price.amount, 1n, plan.price.interval && recursOf(plan))] : [];
  const lines = [...base, ...items];
  return { total: sumOf(lines), lines, quantities: quantitiesOf(plan, boughtOf) };
}

/**
 * What buying more costs a customer who has the plan: neither the price of the plan nor what it
 * includes counts again. `quantity` is still the total wanted with what the plan includes, so that
 * one request buys the same amount in both cases.
 * @throws InvalidInputError as `quote` does.
 */
export function quoteMore(plan: Plan, wanted: readonly FeatureQuantity[], nameOf: (featureId: string) => string): Quote {
  const { lines, boughtOf } = quoteItems(plan, wanted, nameOf);
  const quantities = quantitiesOf(plan, boughtOf).filter(({ bought }) => bought > 0n);
  return { total: sumOf(lines), lines, quantities: quantities.map((each) => ({ ...each, included: 0n })) };
}

function quoteItems(plan: Plan, wanted: readonly FeatureQuantity[], nameOf: (featureId: string) => string) {
  const issues = problemsWith(plan, wanted);
  if (issues.length > 0) throw new InvalidInputError(issues);
  const bought = new Map(wanted.map(({ featureId, quantity }) => [featureId, purchaseOf(itemOf(plan, featureId), quantity)]));
  const items = plan.items.flatMap((item): readonly QuoteLine[] => {
    const purchase = item.price ? bought.get(item.featureId) : undefined;
    if (!item.price || !purchase || purchase.units === 0n) return [];
    const { price, featureId } = item;
    return linesOf(price, purchase.quantity, { id: featureId, name: nameOf(featureId) }, price.interval && recursOf(plan));
  });
  const lines = items.filter((line) => line.amount.amount > 0n);
  return { lines, boughtOf: (featureId: string) => bought.get(featureId)?.quantity ?? 0n };
}

interface Bought {
  readonly units: bigint;
  readonly quantity: Decimal;
}

/** What must be bought of an item to get `quantity` of its feature. */
export function purchaseOf(item: (PlanItem & { readonly price: ItemPrice }) | undefined, quantity: Decimal): Bought {
  if (!item) return { units: 0n, quantity: 0n };
  const units = unitsCovering(larger(quantity - item.included, 0n), item.price.billingUnits);
  return { units, quantity: times(item.price.billingUnits, units) };
}

/** The priced item of a feature; a plan has at most one. */
export function itemOf(plan: PlanTerms, featureId: string): (PlanItem & { readonly price: ItemPrice }) | undefined {
  return plan.items.find(
    (item): item is PlanItem & { readonly price: ItemPrice } => item.price !== null && item.featureId === featureId,
  );
}

function problemsWith(plan: Plan, wanted: readonly FeatureQuantity[]): readonly InputIssue[] {
  return wanted.flatMap(({ featureId, quantity }, index): InputIssue[] => {
    const issue = (field: string, code: InputIssueCode, message: string) => [
      { path: ['featureQuantities', String(index), field], message, code },
    ];
    const item = itemOf(plan, featureId);
    if (!item) return issue('featureId', 'UNKNOWN', `must be a feature that the plan "${plan.id}" has a price for`);
    if (wanted.findIndex((other) => other.featureId === featureId) < index)
      return issue('featureId', 'DUPLICATE', 'must be named once');
    const { units, quantity: bought } = purchaseOf(item, quantity);
    const { maxPurchase } = item.price;
    if (maxPurchase !== null && bought > maxPurchase) {
      return issue(
        'quantity',
        'TOO_LARGE',
        `must buy at most ${formatDecimal(maxPurchase)} at once; this would buy ${formatDecimal(bought)}`,
      );
    }
    if (units > MAX_UNITS)
      return issue(
        'quantity',
        'TOO_LARGE',
        `must be at most ${MAX_UNITS} times ${formatDecimal(item.price.billingUnits)} at once`,
      );
    if (!fits(item.included + bought))
      return issue('quantity', 'TOO_LARGE', `must come to at most ${INTEGER_DIGITS} digits before the point`);
    return [];
  });
}

/** One line for each price that the quantity reaches, and one for each flat amount. */
function linesOf(
  price: ItemPrice,
  quantity: Decimal,
  { id: featureId, name }: { readonly id: string; readonly name: string },
  every: Interval | null,
): readonly QuoteLine[] {
  return tierParts(price, quantity).flatMap((part): QuoteLine[] => {
    // A VOLUME tier only chooses the price. It does not say which units are charged.
    const range = price.tierMode === 'GRADUATED' ? rangeOf(part) : '';
    const description = `${name}, ${formatDecimal(price.billingUnits)} at a time${range}`;
    const units = unitsCovering(part.quantity, price.billingUnits);
    const line = { ...toLine(description, part.quantity, part.amount, units, every), featureId };
    return part.flatAmount ? [line, toLine(`${name}, flat fee${range}`, ONE, part.flatAmount, 1n, every)] : [line];
  });
}

/**
 * ", up to 500", ", beyond 500 up to 1000", ", beyond 1000"; empty where all units have one price.
 */
function rangeOf({ beyond, upTo }: TierPart): string {
  const words = [beyond > 0n ? `beyond ${formatDecimal(beyond)}` : '', upTo === null ? '' : `up to ${formatDecimal(upTo)}`];
  const range = words.filter((word) => word !== '').join(' ');
  return range && `, ${range}`;
}

function toLine(description: string, quantity: Decimal, unitAmount: Money, units: bigint, interval: Interval | null): QuoteLine {
  const amount = { ...unitAmount, amount: times(unitAmount.amount, units) };
  return { description, quantity, unitAmount, units, amount, interval, featureId: null };
}

/** null where there is no line. */
export function sumOf(lines: readonly QuoteLine[]): Money | null {
  const [first] = lines;
  if (!first) return null;
  return { currency: first.amount.currency, amount: lines.reduce((total, line) => total + line.amount.amount, 0n) };
}

/** One for each item that gives an amount: it is neither unlimited nor boolean. */
function quantitiesOf(plan: PlanTerms, boughtOf: (featureId: string) => Decimal): readonly Quantity[] {
  return plan.items
    .filter((item) => !item.unlimited && (item.included > 0n || item.price))
    .map((item) => ({ featureId: item.featureId, included: item.included, bought: item.price ? boughtOf(item.featureId) : 0n }));
}
