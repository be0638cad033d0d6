import type { Actor } from '../access/actor.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { BILLING_METHODS, baseGroup, chargesOf, type Plan } from '../catalog/types.ts';
import { mayAttach } from '../purchases/attach/attach.ts';
import type { Buyer } from '../purchases/model/buyer.ts';
import type { ChargeRules } from '../purchases/model/charge-rules.ts';
import type { Purchases } from '../purchases/purchases.ts';
import { fewestUnits } from '../purchases/quote/charge.ts';
import { itemOf, purchaseOf, quote, quoteMore } from '../purchases/quote/quote.ts';
import { type Decimal, multiplyUp, times } from '../values/decimal.ts';
import { InvalidInputError } from '../values/errors.ts';
import type { Money } from '../values/money.ts';

/** An offer that would cover a shortfall, and that the customer can attach as it is. */
export interface TopUpOffer {
  readonly plan: Plan;
  readonly featureId: string;
  /**
   * The quantity to attach. It counts what the plan includes, also if the customer has the base
   * plan already and does not get that part again.
   */
  readonly quantity: Decimal;
  readonly price: Money;
}

export interface OfferDeps {
  readonly catalog: Pick<Catalog, 'plans' | 'creditsFor'>;
  readonly purchases: Pick<Purchases, 'buyer' | 'chargeRules'>;
}

/** What a customer lacks. */
export interface Need {
  readonly customerId: string;
  readonly featureId: string;
  readonly shortfall: Decimal;
}

/**
 * The prepaid plans on sale that this actor can attach and that cover the shortfall, of the feature
 * itself or of credits that pay for it. If the price would be too small to charge, the quantity is
 * the smallest that can be charged. Sorted by price within each currency, the customer's own
 * currency first: prices in two currencies are never compared.
 */
export async function offersFor(deps: OfferDeps, actor: Actor, need: Need): Promise<readonly TopUpOffer[]> {
  const { featureId, shortfall, customerId } = need;
  if (shortfall <= 0n) return [];
  const { catalog, purchases } = deps;
  const [plans, credits] = await Promise.all([catalog.plans({ includeArchived: false }), catalog.creditsFor(featureId)]);
  const onSale = plans.filter((plan) => mayAttach(actor, plan.id));
  const wanted = [
    { featureId, quantity: shortfall },
    ...credits.map((credit) => ({ featureId: credit.featureId, quantity: multiplyUp(shortfall, credit.cost) })),
  ];
  const selling = onSale.filter((plan) => wanted.some((each) => itemOf(plan, each.featureId)));
  const buyer = dependsOnBuyer(selling) ? await purchases.buyer(customerId) : NOBODY;
  const offers = wanted.flatMap((each) =>
    selling.flatMap((plan) => offerOf(plan, each.featureId, each.quantity, purchases.chargeRules, isHeld(plan, buyer))),
  );
  return offers.sort(compareOffers(buyer.currency));
}

const [PREPAID] = BILLING_METHODS;

/**
 * The offer of this plan, or none if it does not sell the feature, not enough of it, or at a price
 * that cannot be charged. A customer who holds a base plan can buy more of it, without its own
 * price and what it includes.
 */
function offerOf(
  plan: Plan,
  featureId: string,
  shortfall: Decimal,
  rules: ChargeRules,
  held: 'held' | 'not held',
): readonly TopUpOffer[] {
  const item = itemOf(plan, featureId);
  if (item?.price.method !== PREPAID) return [];
  const { currency } = item.price.amount;
  const rule = rules(currency);
  const base = held === 'held' ? 0n : (plan.price?.amount.amount ?? 0n);
  const needed = held === 'held' ? shortfall + item.included : shortfall;
  const isCharged = (charge: Decimal) => base + charge === 0n || (rule !== undefined && base + charge >= rule.smallest);
  const units = fewestUnits(item.price, purchaseOf(item, needed).units, isCharged);
  if (units === undefined) return [];
  const quantity = item.included + times(item.price.billingUnits, units);
  try {
    const quoted = (held === 'held' ? quoteMore : quote)(plan, [{ featureId, quantity }], (id) => id);
    // A top-up is paid once. An offer never begins a subscription.
    if (quoted.lines.some(({ interval }) => interval !== null)) return [];
    const total = quoted.total ?? { amount: 0n, currency };
    return rule && total.amount > rule.largest ? [] : [{ plan, featureId, quantity, price: total }];
  } catch (error) {
    if (error instanceof InvalidInputError) return [];
    throw error;
  }
}

/** Most shops have one currency and sell add-ons only, so the buyer need not be read. */
function dependsOnBuyer(plans: readonly Plan[]): boolean {
  const currencies = new Set(plans.flatMap((plan) => chargesOf(plan).map(({ amount }) => amount.currency)));
  return currencies.size > 1 || plans.some((plan) => baseGroup(plan) !== null);
}

const NOBODY: Buyer = { basePlanIds: [], currency: undefined };

function isHeld(plan: Plan, { basePlanIds }: Buyer): 'held' | 'not held' {
  return baseGroup(plan) !== null && basePlanIds.includes(plan.id) ? 'held' : 'not held';
}

function compareOffers(own: string | undefined): (a: TopUpOffer, b: TopUpOffer) => number {
  return (a, b) => {
    if (a.price.currency !== b.price.currency) {
      if (a.price.currency === own) return -1;
      if (b.price.currency === own) return 1;
      return a.price.currency < b.price.currency ? -1 : 1;
    }
    if (a.price.amount !== b.price.amount) return a.price.amount < b.price.amount ? -1 : 1;
    return a.plan.id < b.plan.id ? -1 : 1;
  };
}
