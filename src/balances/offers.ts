import type { Actor } from '../access/actor.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { BILLING_METHODS, type Plan } from '../catalog/types.ts';
import { type Decimal, multiplyUp } from '../decimal.ts';
import { InvalidInputError } from '../errors.ts';
import type { Money } from '../money.ts';
import { mayAttach } from '../purchases/attach.ts';
import { itemOf, purchaseOf, quote } from '../purchases/quote.ts';

/** What would cover a shortfall. */
export interface TopUpOffer {
  readonly plan: Plan;
  readonly featureId: string;
  /** What the customer would get of the feature. */
  readonly quantity: Decimal;
  readonly price: Money;
}

/**
 * The prepaid plans on sale that this actor could attach and that would cover the shortfall, of the feature itself or of credits that pay
 * for it, cheapest first.
 */
export async function offersFor(
  { catalog }: { readonly catalog: Pick<Catalog, 'plans' | 'creditsFor'> },
  actor: Actor,
  featureId: string,
  shortfall: Decimal,
): Promise<readonly TopUpOffer[]> {
  if (shortfall <= 0n) return [];
  const [plans, credits] = await Promise.all([catalog.plans({ includeArchived: false }), catalog.creditsFor(featureId)]);
  const onSale = plans.filter((plan) => mayAttach(actor, plan.id));
  const wanted = [
    { featureId, quantity: shortfall },
    ...credits.map((credit) => ({ featureId: credit.featureId, quantity: multiplyUp(shortfall, credit.cost) })),
  ];
  return wanted.flatMap((each) => onSale.flatMap((plan) => offerOf(plan, each.featureId, each.quantity))).sort(compareOffers);
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
