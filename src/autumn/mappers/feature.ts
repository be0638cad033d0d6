import type { Feature } from '../../catalog/types.ts';

/** Maps a feature. */
export function toFeature({ id, name, type, consumable, creditCosts, archivedAt }: Feature) {
  const schema = creditCosts.map(({ featureId, cost }) => ({ metered_feature_id: featureId, credit_cost: cost }));
  return {
    id,
    name,
    type: type.toLowerCase(),
    // Nothing consumes a boolean feature.
    consumable: type !== 'BOOLEAN' && consumable,
    archived: archivedAt !== null,
    ...(type === 'CREDIT_SYSTEM' ? { credit_schema: schema } : {}),
  };
}
