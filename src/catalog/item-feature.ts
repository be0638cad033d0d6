import { FeatureNotFoundError, refuseInput } from '../values/errors.ts';
import type { Feature, PlanItem } from './types.ts';

/**
 * Refuses an item of a plan that does not fit its feature.
 * @param index of the item, for the path of the refusal.
 * @throws FeatureNotFoundError, InvalidInputError.
 */
export function refuseUnfit(item: PlanItem, index: number, feature: Feature | undefined): void {
  if (!feature) throw new FeatureNotFoundError(item.featureId);
  if (feature.archivedAt) refuseInput(['items', index, 'featureId'], `the feature "${feature.id}" is archived`);
  if (feature.type === 'BOOLEAN' && hasAmounts(item)) {
    refuseInput(
      ['items', index],
      `"${feature.id}" is a boolean feature: the item gives it by naming it, without amounts, prices or times`,
      'NOT_ALLOWED',
    );
  }
  if (feature.type !== 'BOOLEAN' && item.included === 0n && !item.unlimited && !item.price && !item.usageLimit) {
    refuseInput(['items', index, 'included'], 'must be above zero where the item is neither unlimited nor priced', 'TOO_SMALL');
  }
}

/** True where the item says more than that the customer has the feature. */
function hasAmounts({ included, price, reset, unlimited, expiresAfter, rollover, usageLimit }: PlanItem): boolean {
  return included > 0n || unlimited || [price, reset, expiresAfter, rollover, usageLimit].some((term) => term !== null);
}
