import type { Plan } from '../../catalog/types.ts';
import { formatDecimal, times } from '../../values/decimal.ts';
import { refuseInput } from '../../values/errors.ts';
import type { ChargeRules } from '../model/charge-rules.ts';
import { fewestUnits } from './charge.ts';
import { type FeatureQuantity, itemOf } from './quote.ts';

/**
 * Refuses an attach that names no quantity of a plan that includes nothing and sells every item: it
 * would give nothing. A caller who names the quantity 0 means it.
 * @throws InvalidInputError with a quantity that can be bought.
 */
export function refuseEmptyAttach(plan: Plan, wanted: readonly FeatureQuantity[], chargeRules: ChargeRules): void {
  const givesNothing = plan.items.length > 0 && plan.items.every(({ price, included }) => price !== null && included === 0n);
  if (wanted.length > 0 || !givesNothing) return;
  const [example] = plan.items.flatMap(({ featureId }) => exampleOf(plan, featureId, chargeRules));
  const words = example ? `, for instance "${example.quantity}" of ${JSON.stringify(example.featureId)}` : '';
  refuseInput(
    ['featureQuantities'],
    `must say how much is bought${words}: the plan ${JSON.stringify(plan.id)} includes nothing`,
    'REQUIRED',
  );
}

/** The smallest quantity that the payment provider would charge. */
function exampleOf(plan: Plan, featureId: string, chargeRules: ChargeRules) {
  const item = itemOf(plan, featureId);
  if (!item) return [];
  const base = plan.price?.amount.amount ?? 0n;
  const smallest = chargeRules(item.price.amount.currency)?.smallest ?? 0n;
  const units = fewestUnits(item.price, 1n, (charge) => base + charge === 0n || base + charge >= smallest);
  return units === undefined ? [] : [{ featureId, quantity: formatDecimal(times(item.price.billingUnits, units)) }];
}
