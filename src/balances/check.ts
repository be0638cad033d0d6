import { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { BILLING_METHODS, type Feature, type Plan } from '../catalog/types.ts';
import type { Customers } from '../customers/customers.ts';
import { type Decimal, ONE } from '../decimal.ts';
import { CustomerNotFoundError, FeatureNotFoundError, InvalidInputError } from '../errors.ts';
import * as shape from '../input.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { covers, shortfallOf } from '../ledger/rules.ts';
import type { Balance } from '../ledger/types.ts';
import type { Money } from '../money.ts';
import { mayAttach } from '../purchases/attach.ts';
import type { Purchases } from '../purchases/purchases.ts';
import { itemOf, purchaseOf, quote } from '../purchases/quote.ts';

/** The answer to "may this customer use so much?", by the rule that track uses. */
export interface Checked {
  readonly allowed: boolean;
  readonly feature: Feature;
  readonly required: Decimal;
  /** Zero where allowed. */
  readonly shortfall: Decimal;
  /** null for a boolean feature. */
  readonly balance: Balance | null;
}

/** What would cover a shortfall. */
export interface TopUpOffer {
  readonly plan: Plan;
  readonly featureId: string;
  /** What the customer would get of the feature. */
  readonly quantity: Decimal;
  readonly price: Money;
}

export interface CheckDeps {
  readonly catalog: Pick<Catalog, 'feature' | 'plans' | 'planVersion'>;
  readonly customers: Pick<Customers, 'find'>;
  readonly ledger: Pick<Ledger, 'reads'>;
  readonly purchases: Pick<Purchases, 'heldPlans'>;
}

const checkInput = z.object({
  customerId: shape.id,
  featureId: shape.id,
  required: shape.positive.nullish().transform((required) => required ?? ONE),
});

/** Asks, and changes nothing. @throws InvalidInputError, CustomerNotFoundError, FeatureNotFoundError. */
export async function check({ catalog, customers, ledger, purchases }: CheckDeps, input: unknown): Promise<Checked> {
  const { customerId, featureId, required } = shape.readInput(checkInput, input);
  const [customer, feature] = await Promise.all([customers.find(customerId), catalog.feature(featureId)]);
  if (!customer) throw new CustomerNotFoundError(customerId);
  if (!feature) throw new FeatureNotFoundError(featureId);
  if (feature.type === 'BOOLEAN') {
    const held = await Promise.all((await purchases.heldPlans(customerId)).map(catalog.planVersion));
    const allowed = held.some((plan) => plan?.items.some((item) => item.featureId === featureId));
    return { allowed, feature, required, shortfall: allowed ? 0n : required, balance: null };
  }
  const balance = await ledger.reads.balance({ customerId, featureId });
  return { allowed: covers(balance, required), feature, required, shortfall: shortfallOf(balance, required), balance };
}

/** The prepaid plans on sale that this actor could attach and that would cover the shortfall, cheapest first. */
export async function offersFor(
  { catalog }: Pick<CheckDeps, 'catalog'>,
  actor: Actor,
  featureId: string,
  shortfall: Decimal,
): Promise<readonly TopUpOffer[]> {
  if (shortfall <= 0n) return [];
  const onSale = (await catalog.plans({ includeArchived: false })).filter((plan) => mayAttach(actor, plan.id));
  return onSale.flatMap((plan) => offerOf(plan, featureId, shortfall)).sort(compareOffers);
}

const [PREPAID] = BILLING_METHODS;

/** What of this plan would cover the shortfall: nothing where it sells no such feature, or not so much. */
function offerOf(plan: Plan, featureId: string, shortfall: Decimal): readonly TopUpOffer[] {
  const item = itemOf(plan, featureId);
  if (item?.price.method !== PREPAID || item.price.interval) return [];
  const quantity = item.included + purchaseOf(item, shortfall).quantity;
  try {
    const { total } = quote(plan, [{ featureId, quantity }], (id) => id);
    return [{ plan, featureId, quantity, price: total ?? { amount: 0n, currency: item.price.amount.currency } }];
  } catch (error) {
    if (error instanceof InvalidInputError) return [];
    throw error;
  }
}

function compareOffers(a: TopUpOffer, b: TopUpOffer): number {
  if (a.price.amount !== b.price.amount) return a.price.amount < b.price.amount ? -1 : 1;
  return a.plan.id < b.plan.id ? -1 : 1;
}
