/**
 * What a plan that recurs costs a customer who is charged for it already: another quantity of what
 * recurs takes the place of the present one, and what is paid once is bought beside it. Pure.
 */
import type { Plan } from '../../catalog/types.ts';
import { refuseInput } from '../../values/errors.ts';
import { PlanAlreadyAttachedError } from '../model/errors.ts';
import type { Purchase } from '../model/types.ts';
import { type FeatureQuantity, itemOf, purchaseOf, type Quote, quote, quoteMore } from './quote.ts';

/**
 * A quantity of what recurs that is left out stays as it is.
 * @throws PlanAlreadyAttachedError where nothing would change; InvalidInputError as `quote` does,
 * and where nothing would recur any more.
 */
export function quoteHeld(
  plan: Plan,
  held: Purchase,
  wanted: readonly FeatureQuantity[],
  nameOf: (featureId: string) => string,
): { readonly quote: Quote; readonly onlyBought: boolean } {
  const recurs = (featureId: string) => itemOf(plan, featureId)?.price.interval != null;
  const all = [...wanted, ...leftOut(plan, held, wanted)];
  const changed = all.some(({ featureId, quantity }) => {
    return recurs(featureId) && purchaseOf(itemOf(plan, featureId), quantity).quantity !== boughtOf(held, featureId);
  });
  if (!changed) {
    const more = quoteMore(
      plan,
      wanted.filter(({ featureId }) => !recurs(featureId)),
      nameOf,
    );
    if (more.quantities.length === 0) throw new PlanAlreadyAttachedError(held);
    return { quote: more, onlyBought: true };
  }
  const another = (held.onlyBought ? quoteMore : quote)(plan, all, nameOf);
  if (!another.lines.some(({ interval }) => interval !== null))
    refuseInput(['featureQuantities'], 'would leave nothing that is charged again: cancelPurchase ends the purchase');
  return { quote: another, onlyBought: held.onlyBought };
}

/** What the customer has of the recurring items that the request does not name. */
function leftOut(plan: Plan, held: Purchase, wanted: readonly FeatureQuantity[]): readonly FeatureQuantity[] {
  const named = new Set(wanted.map(({ featureId }) => featureId));
  return plan.items.flatMap(({ featureId, included, price }) => {
    const bought = boughtOf(held, featureId);
    return price?.interval && bought > 0n && !named.has(featureId) ? [{ featureId, quantity: included + bought }] : [];
  });
}

function boughtOf({ quantities }: Purchase, featureId: string) {
  return quantities.find((each) => each.featureId === featureId)?.bought ?? 0n;
}
