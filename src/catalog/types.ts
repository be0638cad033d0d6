/** Features and plans: the types. */
import type { PaymentReturnPolicy, Rollover } from '../ledger/model/types.ts';
import type { Decimal } from '../values/decimal.ts';
import type { Interval } from '../values/interval.ts';
import type { JsonObject } from '../values/json.ts';
import type { Money } from '../values/money.ts';

export const FEATURE_TYPES = ['METERED', 'BOOLEAN', 'CREDIT_SYSTEM'] as const;
export type FeatureType = (typeof FEATURE_TYPES)[number];

export const BILLING_METHODS = ['PREPAID', 'USAGE_BASED'] as const;
export type BillingMethod = (typeof BILLING_METHODS)[number];

export const TIER_MODES = ['GRADUATED', 'VOLUME'] as const;
/**
 * GRADUATED: each part of a quantity costs the price of its own tier. VOLUME: the whole quantity
 * costs the price of the tier into which it falls.
 */
export type TierMode = (typeof TIER_MODES)[number];

/** What customers use. Its id, type, consumable and creditCosts never change. */
export interface Feature {
  readonly id: string;
  readonly name: string;
  readonly type: FeatureType;
  readonly consumable: boolean;
  /** What a credit system pays for; empty for other features. */
  readonly creditCosts: readonly CreditCost[];
  /** The app's own data. */
  readonly metadata: JsonObject;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
}

/** What one unit of a feature costs in credits. */
export interface CreditCost {
  readonly featureId: string;
  /** Above zero. */
  readonly cost: Decimal;
}

/** One version of a plan. It never changes; an update makes the next version. */
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
  /** The app's own data. */
  readonly metadata: JsonObject;
  readonly onPaymentReturned: PaymentReturnPolicy;
  /**
   * How long what the plan gave is kept while its renewal is not paid; null: until the payment
   * provider gives up. Only a plan that recurs has one.
   */
  readonly gracePeriod: Interval | null;
  readonly price: PlanPrice | null;
  readonly items: readonly PlanItem[];
}

/** `interval` null: paid once. All intervals of a plan's prices have one length. */
export interface PlanPrice {
  readonly amount: Money;
  readonly interval: Interval | null;
}

/** What a plan gives of one feature, and at what price. */
export interface PlanItem {
  readonly featureId: string;
  readonly included: Decimal;
  readonly unlimited: boolean;
  /** How often the included part resets; null: never. What is bought does not reset. */
  readonly reset: Interval | null;
  /**
   * What the included part carries into its next period; null: nothing. Only an item that resets
   * has one.
   */
  readonly rollover: Rollover | null;
  readonly price: ItemPrice | null;
  /** How long a grant of it can be used; null: forever. */
  readonly expiresAfter: Interval | null;
  /** The most that may be used of the feature while the customer has the plan; null: no limit. */
  readonly usageLimit: ItemLimit | null;
}

/** So much in each window of the calendar. */
export interface ItemLimit {
  readonly per: Interval;
  readonly max: Decimal;
}

/** $10 per 100 units = { amount: 10 usd, billingUnits: 100 }. */
export interface ItemPrice {
  /** The price of one billing unit; with tiers, of one beyond the last tier, where that ends. */
  readonly amount: Money;
  readonly billingUnits: Decimal;
  readonly method: BillingMethod;
  readonly interval: Interval | null;
  /** The most that one purchase may buy, in units; null: no limit. */
  readonly maxPurchase: Decimal | null;
  /** At least one, lowest first; null: every billing unit costs the same. */
  readonly tiers: readonly PriceTier[] | null;
  /** null without tiers. */
  readonly tierMode: TierMode | null;
}

/**
 * The price of a part of what is purchased. What a plan includes is not purchased and fills no
 * tier.
 */
export interface PriceTier {
  /**
   * The last unit of the feature in the tier, a whole multiple of the billing units; null: no end
   * (the last tier only).
   */
  readonly upTo: Decimal | null;
  /** The price of one billing unit. */
  readonly amount: Money;
  /** Charged once where anything is bought in the tier; null: nothing. */
  readonly flatAmount: Money | null;
}

export const PLAN_KINDS = ['BASE', 'ADD_ON', 'ONE_OFF'] as const;
/**
 * Add-on and one-off plans stack on every attach. A customer has at most one base plan of a group.
 */
export type PlanKind = (typeof PLAN_KINDS)[number];

/**
 * A plan is ONE_OFF where it charges something and nothing of it recurs or resets. A customer has
 * what lasts only once.
 */
export function planKind(plan: PlanTerms): PlanKind {
  if (plan.addOn) return 'ADD_ON';
  const lasts = plan.items.some((item) => item.reset !== null) || recursOf(plan) !== null;
  return chargesOf(plan).length > 0 && !lasts ? 'ONE_OFF' : 'BASE';
}

/** How often the plan's recurring prices are paid, all together; null: nothing of it recurs. */
export function recursOf(plan: Pick<PlanTerms, 'price' | 'items'>): Interval | null {
  return chargesOf(plan).find(({ interval }) => interval !== null)?.interval ?? null;
}

/**
 * Which parts of an item each payment of the plan gives anew: what is included where the plan's own
 * price recurs, and what is bought where the price of the item recurs. The other parts are given
 * once.
 */
export function renewedParts(
  plan: Pick<PlanTerms, 'price'>,
  item: Pick<PlanItem, 'price'>,
): { readonly included: boolean; readonly bought: boolean } {
  return {
    included: costsItself(plan) && plan.price?.interval != null,
    bought: item.price?.interval != null,
  };
}

/** True where the plan itself costs something, whatever is bought with it. */
export function costsItself({ price }: Pick<PlanTerms, 'price'>): boolean {
  return price !== null && price.amount.amount > 0n;
}

/** The group of a base plan; null for plans that stack. */
export function baseGroup(plan: PlanTerms): string | null {
  return planKind(plan) === 'BASE' ? (plan.group ?? DEFAULT_GROUP) : null;
}

/** The group of plans that name none. An id cannot be empty, so no named group equals it. */
const DEFAULT_GROUP = '';

/**
 * Every price of a plan. An item with a price is sold, even where the price or that of a tier is
 * zero.
 */
export function chargesOf(
  plan: Pick<PlanTerms, 'price' | 'items'>,
): readonly { readonly amount: Money; readonly interval: Interval | null }[] {
  const items = plan.items.flatMap((item) => (item.price ? [item.price] : []));
  return plan.price && costsItself(plan) ? [plan.price, ...items] : items;
}
