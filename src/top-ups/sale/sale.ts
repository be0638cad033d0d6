/** Whether a plan can top up a feature, and what that costs. */
import type { Catalog } from '../../catalog/catalog.ts';
import { type ItemPrice, type Plan, planKind, recursOf } from '../../catalog/types.ts';
import type { Purchases } from '../../purchases/purchases.ts';
import { mostUnits } from '../../purchases/quote/charge.ts';
import { itemOf } from '../../purchases/quote/quote.ts';
import { type Decimal, formatDecimal, isMultipleOf, times } from '../../values/decimal.ts';
import { refuseInput } from '../../values/errors.ts';
import { formatMoney, type Money } from '../../values/money.ts';
import type { Setting } from '../model/types.ts';
import { DEFAULT_TOP_UPS_A_MONTH } from '../rules/bounds.ts';
import { packsFor } from '../rules/size.ts';

export interface SaleDeps {
  readonly catalog: Pick<Catalog, 'newestPlan'>;
  readonly purchases: Pick<Purchases, 'preview' | 'activePlans' | 'chargeRules'>;
}

export interface Sale {
  readonly plan: Plan;
  readonly price: ItemPrice;
  /** The quantity for attachPlan that buys so many packs. */
  quantityOf(packs: bigint): Decimal;
  /** What so many packs cost now; null: nothing. */
  totalOf(packs: bigint): Promise<Money | null>;
}

type Wanted = Pick<Setting, 'customerId' | 'featureId'>;

/**
 * How a plan sells a feature to a customer. @throws InvalidInputError where it does not, or where
 * attaching it again would do more than sell packs.
 */
export async function findSale({ purchases }: SaleDeps, plan: Plan, { customerId, featureId }: Wanted): Promise<Sale> {
  const item = itemOf(plan, featureId);
  if (!item) return refuseInput(['planId'], `must be a plan that sells ${JSON.stringify(featureId)}`);
  if (recursOf(plan) !== null) return refuseInput(['planId'], 'must be a plan of which nothing is charged again by itself');
  if (planKind(plan) === 'BASE' && !(await purchases.activePlans(customerId)).some(({ id }) => id === plan.id))
    return refuseInput(['planId'], 'is a base plan that the customer does not have: it must be an add-on, or be attached first');
  const quantityOf = (packs: bigint) => item.included + times(item.price.billingUnits, packs);
  return {
    ...{ plan, price: item.price, quantityOf },
    async totalOf(packs) {
      const featureQuantities = [{ featureId, quantity: formatDecimal(quantityOf(packs)) }];
      return (await purchases.preview({ kind: 'app' }, { customerId, planId: plan.id, featureQuantities })).total;
    },
  };
}

/**
 * Refuses what could never work: no packs, too little to be charged, or a threshold above which one
 * charge within the bound does not bring an empty balance.
 * @param maxPerMonth null: that of a few top-ups is taken.
 * @returns the bound. @throws InvalidInputError.
 */
export async function boundOf(
  { purchases }: SaleDeps,
  { price, totalOf }: Sale,
  setting: Pick<Setting, 'threshold' | 'quantity'>,
  maxPerMonth: Money | null,
): Promise<Money> {
  const { billingUnits, amount } = price;
  const pack = formatDecimal(billingUnits);
  if (!isMultipleOf(setting.quantity, billingUnits))
    return refuseInput(['quantity'], `must be whole packs: a multiple of ${pack}`);
  const most = mostUnits(price);
  const largest = `the plan sells ${formatDecimal(times(billingUnits, most))} at once`;
  const bought = setting.quantity / billingUnits;
  if (bought > most) return refuseInput(['quantity'], `must be less: ${largest}`, 'TOO_LARGE');
  const needed = packsFor(setting, 0n, billingUnits);
  if (needed > most)
    return refuseInput(['threshold'], `must be lower: ${largest}, which does not bring an empty balance above it`, 'TOO_LARGE');
  const total = await totalOf(bought);
  if (!total) return refuseInput(['planId'], 'must be a plan that costs something');
  const smallest = purchases.chargeRules(total.currency)?.smallest ?? 0n;
  if (total.amount < smallest)
    return refuseInput(
      ['quantity'],
      `must cost ${formatMoney({ ...total, amount: smallest })} or more, which is the least that can be charged`,
      'TOO_SMALL',
    );
  const bound = maxPerMonth ?? { ...total, amount: times(total.amount, DEFAULT_TOP_UPS_A_MONTH) };
  if (bound.currency !== amount.currency)
    return refuseInput(['maxPerMonth', 'currency'], `must be the plan's currency, ${amount.currency}`);
  if (bound.amount < total.amount)
    return refuseInput(['maxPerMonth', 'amount'], `must be at least one top-up, which costs ${formatMoney(total)}`, 'TOO_SMALL');
  const greatest = needed === bought ? total : await totalOf(needed);
  if (greatest && greatest.amount > bound.amount)
    return refuseInput(
      ['threshold'],
      `must be lower: to bring an empty balance above it costs ${formatMoney(greatest)}, more than a month's bound`,
      'TOO_LARGE',
    );
  return bound;
}
