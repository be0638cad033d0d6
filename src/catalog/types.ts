import type { Rollover } from '../ledger/model/types.ts';
import type { Decimal } from '../values/decimal.ts';
import type { Interval } from '../values/interval.ts';
import type { Money } from '../values/money.ts';

/** What is on sale: features and plans. */

export const FEATURE_TYPES = ['METERED', 'BOOLEAN', 'CREDIT_SYSTEM'] as const;
export type FeatureType = (typeof FEATURE_TYPES)[number];

export const BILLING_METHODS = ['PREPAID', 'USAGE_BASED'] as const;
export type BillingMethod = (typeof BILLING_METHODS)[number];

export const TIER_MODES = ['GRADUATED', 'VOLUME'] as const;
/** GRADUATED: each part of a quantity at its own tier's price. VOLUME: all of it at the price of the tier in which it falls. */
export type TierMode = (typeof TIER_MODES)[number];

/** What customers use. Its id, type, consumable and creditCosts never change. */
export interface Feature {
  readonly id: string;
  readonly name: string;
  readonly type: FeatureType;
  readonly consumable: boolean;
  /** Of a credit system: what it pays for; empty for others. */
  readonly creditCosts: readonly CreditCost[];
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
}

/** What one unit of a feature costs in credits. */
export interface CreditCost {
  readonly featureId: string;
  /** Above zero. */
  readonly cost: Decimal;
}

/** One version of what can be attached. It never changes; an update makes the next version. */
export interface Plan extends PlanTerms {
  readonly id: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
}

export interface PlanTerms {
  readonly name: string;
  readonly description: string | null;
  /** null: the default group. */
  readonly group: string | null;
  readonly addOn: boolean;
  readonly autoEnable: boolean;
  readonly price: PlanPrice | null;
  readonly items: readonly PlanItem[];
}

/** interval null: paid once. */
export interface PlanPrice {
  readonly amount: Money;
  readonly interval: Interval | null;
}

/** What a plan gives of one feature, and at what price. */
export interface PlanItem {
  readonly featureId: string;
  readonly included: Decimal;
  readonly unlimited: boolean;
  /** null: the grant never resets. It is the included part that resets; what is bought once stays bought. */
  readonly reset: Interval | null;
  /** What of the included part is carried into its next period; null: nothing. Only what resets has one. */
  readonly rollover: Rollover | null;
  readonly price: ItemPrice | null;
  /** How long after it is granted it can be used; null: forever. */
  readonly expiresAfter: Interval | null;
}

/** $10 per 100 units = { amount: 10 usd, billingUnits: 100 }. */
export interface ItemPrice {
  /** Of one billing unit; with tiers: of one beyond the last tier, where that has an end. */
  readonly amount: Money;
  readonly billingUnits: Decimal;
  readonly method: BillingMethod;
  readonly interval: Interval | null;
  /** The most that one purchase may buy, in units; null: no bound. */
  readonly maxPurchase: Decimal | null;
  /** One at least, the lowest first; null: every billing unit costs the same. */
  readonly tiers: readonly PriceTier[] | null;
  /** null where there are no tiers. */
  readonly tierMode: TierMode | null;
}

/** A price for a part of what is purchased. What a plan includes is not purchased, and fills no tier. */
export interface PriceTier {
  /** The last unit of the feature that is in it, a whole multiple of the billing units; null, for the last tier alone: no end. */
  readonly upTo: Decimal | null;
  /** Of one billing unit. */
  readonly amount: Money;
  /** Charged once, where anything is bought in the tier; null: nothing. */
  readonly flatAmount: Money | null;
}

export const PLAN_KINDS = ['BASE', 'ADD_ON', 'ONE_OFF'] as const;
/** add-on and one-off plans stack on every attach; base plans of one group exclude each other. */
export type PlanKind = (typeof PLAN_KINDS)[number];

/** One-off is only what is charged and of which nothing at all recurs or resets: what lasts is not had twice. */
export function planKind(plan: PlanTerms): PlanKind {
  if (plan.addOn) return 'ADD_ON';
  const prices = chargesOf(plan);
  const lasts = plan.items.some((item) => item.reset !== null) || prices.some((price) => price.interval !== null);
  return prices.length > 0 && !lasts ? 'ONE_OFF' : 'BASE';
}

/** True where having the plan costs something, whatever is bought with it. */
export function costsItself({ price }: Pick<PlanTerms, 'price'>): boolean {
  return price !== null && price.amount.amount > 0n;
}

/** The group in which a base plan is the only one; null for plans that stack. */
export function baseGroup(plan: PlanTerms): string | null {
  return planKind(plan) === 'BASE' ? (plan.group ?? DEFAULT_GROUP) : null;
}

/** The group of plans that name none. An id cannot be empty, so no named group is mistaken for it. */
const DEFAULT_GROUP = '';

/** Everything that a plan asks money for. An item with a price is sold, also where the price, or that of a tier, is nothing. */
export function chargesOf(plan: PlanTerms): readonly { readonly amount: Money; readonly interval: Interval | null }[] {
  const items = plan.items.flatMap((item) => (item.price ? [item.price] : []));
  return plan.price && costsItself(plan) ? [plan.price, ...items] : items;
}
